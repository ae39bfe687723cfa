/**
 * Weights in several files, as one state dict.
 *
 * @module
 */
import { dirname, join } from "node:path";
import type { WeightLimits } from "../files/limits.ts";
import { oneLine } from "../files/one_line.ts";
import { readShardIndex, type ShardIndex } from "../weights/shard_index.ts";
import type { StateDict } from "./state_dict.ts";

/** A state dict that closes its files at the end of a `using` block. */
export type OpenStateDict = StateDict & Disposable;

/** Tensors that a message names. */
const MOST_NAMES = 5;

/**
 * Opens all files of an index; of their tensors nothing is read.
 *
 * @param path The index.
 * @param options `open` opens one of the files; `limits` go to it.
 * @throws {SyntaxError} When the index is damaged, or it and the files disagree about what is where.
 * @throws {Error} When a file is missing, naming it.
 */
export async function openShardedWeights(
  path: string,
  { open, limits }: {
    open: (path: string, limits?: WeightLimits) => Promise<OpenStateDict>;
    limits?: WeightLimits;
  },
): Promise<OpenStateDict> {
  const index = await readShardIndex(path);
  using files = new DisposableStack();
  const shards = new Map<string, OpenStateDict>();
  for (const name of index.shards) {
    const shard = await open(join(dirname(path), name), limits)
      .catch((error) => nameMissing(error, { path, name }));
    shards.set(name, files.use(shard));
  }
  const shapes = shapesOf(index, { path, shards });
  const opened = files.move();
  return {
    name: path,
    shapes,
    read: (key) => shards.get(index.shardOf.get(key)!)!.read(key),
    [Symbol.dispose]: () => opened.dispose(),
  };
}

function shapesOf(
  { shardOf }: ShardIndex,
  { path, shards }: { path: string; shards: ReadonlyMap<string, StateDict> },
): Map<string, readonly number[]> {
  const missing = [...shardOf]
    .filter(([key, name]) => !shards.get(name)!.shapes.has(key))
    .map(([key, name]) => `${key} is not in ${name}`);
  const extra = [...shards].flatMap(([name, { shapes }]) =>
    [...shapes.keys()].filter((key) => shardOf.get(key) !== name)
      .map((key) => `${key} is in ${name}, of which it says nothing`)
  );
  const faults = [...missing, ...extra];
  if (faults.length > 0) {
    const named = faults.slice(0, MOST_NAMES).map(oneLine).join("; ");
    const others = faults.length - MOST_NAMES;
    throw new SyntaxError(
      `Cannot load weights: ${path} and its files disagree: ${named}` +
        (others > 0 ? `; and ${others} more` : "") +
        "; expected the files that it was written with",
    );
  }
  return new Map(
    [...shardOf].map(([key, name]) => [key, shards.get(name)!.shapes.get(key)!]),
  );
}

function nameMissing(error: unknown, { path, name }: { path: string; name: string }): never {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
  throw new Error(
    `Cannot load weights: ${name} is missing, expected it beside ${path}, which names it`,
    { cause: error },
  );
}
