/**
 * What the header of a cache's file says, maps or images: which cache it belongs to, which photo each
 * row of its one tensor is of.
 *
 * @module
 */
import { z } from "zod";
import { parseJson } from "../files/json.ts";
import type { SafetensorsDtype } from "../weights/host_tensor.ts";
import { type CacheIdentity, fingerprint } from "./settings.ts";

/** The parts of a safetensors header that say what a shard is. */
export interface ShardHeader {
  /** The tensors by name. */
  readonly tensors: ReadonlyMap<string, { dtype: string; shape: readonly number[] }>;
  /** The texts beside them. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** What a shard of one kind must hold, and for which cache. */
export interface ShardKind<Texts> {
  /** The cache. */
  readonly identity: CacheIdentity;
  /** The name of the one tensor. */
  readonly tensor: string;
  /** Its elements. */
  readonly dtype: SafetensorsDtype;
  /** The shape of a row, which one photo fills. */
  readonly rowShape: readonly number[];
  /** Reads the texts of this kind alone, for so many rows; it throws when they are not as they should be. */
  readonly readTexts: (metadata: Readonly<Record<string, string>>, rows: number) => Texts;
}

const pathsSchema = z.array(z.string());
const checksumsSchema = z.array(z.int().min(0).max(0xffffffff));

/** The texts that every shard carries. */
export function shardTexts(
  identity: CacheIdentity,
  paths: readonly string[],
): { cache: string; paths: string } {
  return { cache: fingerprint(identity), paths: JSON.stringify(paths) };
}

/**
 * Makes sure that a shard belongs to a cache and is of a kind.
 *
 * @returns The photo of each row, and what the kind's own texts say.
 * @throws {SyntaxError} When it does not; the message names the file.
 */
export function checkShardHeader<Texts extends object>(
  { tensors, metadata }: ShardHeader,
  { file, kind }: { file: string; kind: ShardKind<Texts> },
): Texts & { paths: readonly string[] } {
  try {
    if (metadata.cache !== fingerprint(kind.identity)) {
      throw new SyntaxError("it was made with other settings or other photos");
    }
    const paths = parseJson(metadata.paths ?? "", pathsSchema);
    const texts = kind.readTexts(metadata, paths.length);
    const { dtype, shape } = tensors.get(kind.tensor) ?? { dtype: "absent", shape: [] };
    const [found, expected] = [[dtype, ...shape], [kind.dtype, paths.length, ...kind.rowShape]];
    if (found.join() !== expected.join()) {
      throw new SyntaxError(
        `tensor "${kind.tensor}" is ${found.join(" ")}, expected ${expected.join(" ")}`,
      );
    }
    return { ...texts, paths };
  } catch (error) {
    throw new SyntaxError(
      `Cannot read shard: ${file} does not belong to this cache (${(error as Error).message})`,
    );
  }
}

/**
 * Reads a text with a CRC-32 for each row.
 *
 * @throws {SyntaxError} When it is none, or has one for more or fewer rows.
 */
export function parseChecksums(text: string, { rows }: { rows: number }): number[] {
  const checksums = parseJson(text, checksumsSchema);
  if (checksums.length === rows) return checksums;
  throw new SyntaxError(`it has ${checksums.length} checksums, expected ${rows}`);
}
