/**
 * What identifies weights, in one file or in several.
 *
 * @module
 */
import { dirname, join } from "node:path";
import { sha256Hex, sha256OfFile } from "../files/sha256.ts";
import { isShardIndex, readShardIndex } from "../weights/shard_index.ts";

/**
 * The SHA-256 of weights: of their file; of several, that of the list `SHA-256, two spaces, name` a line, as
 * `sha256sum` prints it of all of them in order.
 *
 * @param path The file, or the index of several.
 * @returns 64 hexadecimal digits.
 */
export async function sha256OfWeights(path: string): Promise<string> {
  if (!isShardIndex(path)) return await sha256OfFile(path);
  let list = "";
  for (const shard of await filesOf(path)) {
    list += `${await sha256OfFile(shard.path)}  ${shard.name}\n`;
  }
  return sha256Hex(list);
}

/** The bytes of weights on the disk, of all their files together. */
export async function sizeOfWeights(path: string): Promise<number> {
  const sizes = (await filesOf(path)).map(async (file) => (await Deno.stat(file.path)).size);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

async function filesOf(path: string): Promise<{ path: string; name: string }[]> {
  if (!isShardIndex(path)) return [{ path, name: path }];
  const { shards } = await readShardIndex(path);
  return shards.map((name) => ({ path: join(dirname(path), name), name }));
}
