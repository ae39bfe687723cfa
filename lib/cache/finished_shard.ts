/**
 * What an earlier run has left of a cache.
 *
 * @module
 */
import { ifPresent } from "../files/if_present.ts";
import { sha256OfFile } from "../files/sha256.ts";

/** How to look at a shard, and what it must be. */
export interface FinishedShardOptions<Content> {
  /** Reads what is needed of the file. */
  readonly read: (file: string) => Promise<Content>;
  /** Whether it is the shard that belongs in its place; any is when not given. */
  readonly belongs?: (content: Content) => boolean;
  /** The SHA-256 of the whole file, where the manifest already has it. */
  readonly sha256?: string;
}

/**
 * Looks at a shard that may be there, and checks it.
 *
 * @returns Undefined when there is no such file.
 * @throws {SyntaxError} When it is damaged or belongs elsewhere; the message names file and remedy.
 */
export async function readFinishedShard<Content>(
  file: string,
  { read, belongs = () => true, sha256 }: FinishedShardOptions<Content>,
): Promise<Content | undefined> {
  try {
    const content = await ifPresent(read(file));
    if (content === undefined) return undefined;
    const isIntact = belongs(content) &&
      (sha256 === undefined || sha256 === await sha256OfFile(file));
    if (!isIntact) throw new SyntaxError(`Cannot read shard: ${file} is damaged`);
    return content;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new SyntaxError(
      `${error.message}; run precompute --repair, or delete it and run the same command again`,
    );
  }
}
