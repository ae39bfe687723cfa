/**
 * A shard read to its last byte, and what is wrong with it.
 *
 * @module
 */
import { ifPresent } from "../files/if_present.ts";
import { MAX_SHARD_BYTES } from "../files/limits.ts";
import { oneLine } from "../files/one_line.ts";
import { readRegularFile } from "../files/regular_file.ts";
import { sha256Hex, sha256OfFile } from "../files/sha256.ts";
import { bytesPerPhoto, readImageRow, readImageShardIndex } from "./image_shard.ts";
import type { ShardEntry } from "./manifest.ts";
import type { SkippedPhoto } from "./photos.ts";
import type { CacheIdentity } from "./settings.ts";
import { parseShard, type ShardKindName } from "./shard.ts";
import { parseViewShard } from "./view_shard.ts";
import type { ViewSettings } from "./view_settings.ts";

/** What a shard that is whole says of itself. */
export interface ShardLabel {
  /** The photo of each row. */
  readonly paths: readonly string[];
  /** Maps alone: the photos of the group that could not be decoded. */
  readonly skipped?: readonly SkippedPhoto[];
  /** Maps alone: the CRC-32 of each row's photo. */
  readonly checksums?: readonly number[];
  /** Views alone: how they were drawn. */
  readonly settings?: ViewSettings;
}

/** What a shard must be. */
export interface ShardExpectation {
  /** What its file holds. */
  readonly kind: ShardKindName;
  /** The cache that it must belong to. */
  readonly identity: CacheIdentity;
  /** What the manifest says of it, if it does. */
  readonly entry?: ShardEntry;
  /** Why it is not the shard that belongs in its place; undefined when it is. */
  readonly objection?: (label: ShardLabel) => Promise<string | undefined>;
}

/** What was found of a shard: what it says when it is whole, else what is wrong, after "it". */
export type ExaminedShard = { readonly label: ShardLabel } | { readonly fault: string };

/**
 * Reads a shard whole and checks all that can be: checksums, shapes, the cache it belongs to, its place, and
 * its size and SHA-256 where the manifest has them.
 *
 * @returns Undefined when there is no such file.
 */
export async function examineShard(
  file: string,
  { kind, identity, entry, objection }: ShardExpectation,
): Promise<ExaminedShard | undefined> {
  try {
    const found = await ifPresent(Deno.stat(file));
    if (!found) return undefined;
    if (entry && found.size !== entry.bytes) {
      return { fault: `has ${found.size} bytes, expected ${entry.bytes}` };
    }
    const { label, sha256 } = await readers[kind](file, identity);
    const fault = await objection?.(label) ?? (entry && differs(sha256, entry));
    return fault === undefined ? { label } : { fault };
  } catch (error) {
    return { fault: describeFault(error, file) };
  }
}

/** What an error says of a file, in words that follow a name: without the name and without a remedy. */
export function describeFault(error: unknown, file: string): string {
  const message = oneLine((error as Error).message || String(error));
  const [fault] = message.replaceAll(file, "it").split(
    /; (?:run|delete|make|the file is) /,
  );
  return `cannot be read: ${fault.replace(/^Cannot (?:read|open)[^:]*: /, "")}`;
}

function differs(sha256: string, entry: ShardEntry): string | undefined {
  return sha256 === entry.sha256
    ? undefined
    : `has the SHA-256 ${sha256}, expected ${entry.sha256} as manifest.json says`;
}

type Reader = (
  file: string,
  identity: CacheIdentity,
) => Promise<{ label: ShardLabel; sha256: string }>;

const readers: Readonly<Record<ShardKindName, Reader>> = {
  async rollouts(file, identity) {
    const bytes = await readRegularFile(file, { maxBytes: MAX_SHARD_BYTES });
    return { label: parseShard(bytes, { file, identity }), sha256: sha256Hex(bytes) };
  },
  async views(file, identity) {
    const bytes = await readRegularFile(file, { maxBytes: MAX_SHARD_BYTES });
    return { label: parseViewShard(bytes, { file, identity }), sha256: sha256Hex(bytes) };
  },
  async images(file, identity) {
    const index = await readImageShardIndex(file, { identity });
    const bytes = bytesPerPhoto(identity);
    for (const row of index.paths.keys()) await readImageRow(file, { index, row, bytes });
    return { label: { paths: index.paths }, sha256: await sha256OfFile(file) };
  },
};
