/**
 * Which files of a folder belong to a cache; all others are left alone.
 *
 * @module
 */
import { namesIn } from "../files/if_present.ts";
import { join } from "node:path";
import { type CachePart, isOfPart, isWhole, wholeCache } from "./cache_part.ts";
import type { ShardKindName } from "./shard.ts";

const shardPattern = /^(rollouts|images|views)-\d{5,}-of-\d{5,}\.safetensors$/;
/** The name under which a file of the cache is written before it is renamed. */
const temporaryPattern =
  /^\.(manifest\.json|index\.jsonl|(rollouts|images|views)-(\d+)-[-\w]+\.safetensors)\..+\.tmp$/;

/** What is locked by whoever makes the cache or parts of it. */
export const LOCK_FILE = ".precompute.lock";

/** The name of what is locked by whoever makes a part; the pattern's group is the number of parts. */
export const partLockPattern: RegExp = /^\.precompute-\d+-of-(\d+)\.lock$/;

/** What is locked by whoever makes a part: `.precompute-2-of-8.lock`. */
export function partLockFile({ index, count }: CachePart): string {
  return `.precompute-${index}-of-${count}.lock`;
}

/** Whether a folder holds shards, of whatever cache. */
export async function holdsShards(folder: string): Promise<boolean> {
  return (await namesIn(folder)).some(isShardFile);
}

/** Whether a file's name is that of a shard, of whatever cache. */
export function isShardFile(name: string): boolean {
  return shardPattern.test(name);
}

/** Whether a file's name is that of a shard of this kind. */
export function isShardOf(kind: ShardKindName, name: string): boolean {
  return name.startsWith(`${kind}-`) && isShardFile(name);
}

/**
 * Removes the half-written files, and the locks of parts, that a killed program has left.
 *
 * @param part Whose files: those of other parts may be being written.
 */
export async function removeTemporaryFiles(
  folder: string,
  part: CachePart = wholeCache,
): Promise<void> {
  await removeAll(folder, (await namesIn(folder)).filter((name) => isLeftOf(part, name)));
}

function isLeftOf(part: CachePart, name: string): boolean {
  const [file, , , shard] = temporaryPattern.exec(name) ?? [];
  if (isWhole(part)) return file !== undefined || partLockPattern.test(name);
  return shard !== undefined && isOfPart(Number(shard), part);
}

/**
 * Removes a cache, whatever it was made with, but not the folder or anything else in it.
 *
 * The manifest goes last: interrupted, what remains still says what it was.
 */
export async function removeCacheFiles(folder: string): Promise<void> {
  const names = await namesIn(folder);
  await removeAll(folder, names.filter(isShardFile));
  await removeAll(folder, names.filter((name) => name === "index.jsonl"));
  await removeAll(folder, names.filter((name) => name === "manifest.json"));
}

async function removeAll(folder: string, names: readonly string[]): Promise<void> {
  for (const name of names) await Deno.remove(join(folder, name));
}
