/**
 * The index of weights in several files: `model.safetensors.index.json` or `pytorch_model.bin.index.json`,
 * which says in which file each tensor is.
 *
 * @module
 */
import { basename, extname } from "node:path";
import { z } from "zod";
import { parseJson, readJsonText } from "../files/json.ts";
import { oneLine } from "../files/one_line.ts";

/** What an index says. */
export interface ShardIndex {
  /** The names of the files beside it, in order. */
  readonly shards: readonly string[];
  /** The file of each tensor. */
  readonly shardOf: ReadonlyMap<string, string>;
}

/** More files than any model's weights are split into, and fewer than a process may have open. */
const MOST_SHARDS = 500;

const ENDING = ".index.json";
const schema = z.looseObject({ weight_map: z.record(z.string(), z.string()) });

/** Whether a path is an index's, by its name. */
export function isShardIndex(path: string): boolean {
  return path.endsWith(ENDING);
}

/**
 * Reads an index. It may be a stranger's: the files that it names are beside it and of its own kind.
 *
 * @throws {SyntaxError} When it is damaged or names others, naming the fault.
 * @throws {Deno.errors.NotFound} When there is no such file.
 */
export async function readShardIndex(path: string): Promise<ShardIndex> {
  try {
    const { weight_map: map } = parseJson(await readJsonText(path), schema);
    const shards = [...new Set(Object.values(map))].sort();
    checkShards(shards, basename(path).slice(0, -ENDING.length));
    return { shards, shardOf: new Map(Object.entries(map)) };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new SyntaxError(`Cannot read ${path}: ${error.message}`);
  }
}

function checkShards(shards: readonly string[], whole: string): void {
  const ending = extname(whole) || ".safetensors";
  const isShard = (name: string) => /^\w[\w.-]{0,200}$/.test(name) && name.endsWith(ending);
  const stranger = shards.find((name) => !isShard(name));
  if (stranger !== undefined) {
    throw new SyntaxError(
      `a file is ${
        oneLine(stranger.slice(0, 200))
      }, expected a name that ends in ${ending}, of a file beside it`,
    );
  }
  if (shards.length === 0 || shards.length > MOST_SHARDS) {
    throw new SyntaxError(`it names ${shards.length} files, expected 1 to ${MOST_SHARDS}`);
  }
}
