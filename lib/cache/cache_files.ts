/**
 * Which files of a folder belong to a cache; all others are left alone.
 *
 * @module
 */
import { namesIn } from "../files/if_present.ts";
import { join } from "node:path";

const shardPattern = /^(rollouts|images|views)-\d{5,}-of-\d{5,}\.safetensors$/;
/** The name under which a file of the cache is written before it is renamed. */
const temporaryPattern =
  /^\.(manifest\.json|index\.jsonl|(rollouts|images|views)-[-\w]+\.safetensors)\..+\.tmp$/;

/** Whether a folder holds shards, of whatever cache. */
export async function holdsShards(folder: string): Promise<boolean> {
  return (await namesIn(folder)).some((name) => shardPattern.test(name));
}

/** Whether a file's name is that of a shard of views. */
export function isViewShard(name: string): boolean {
  return name.startsWith("views-") && shardPattern.test(name);
}

/** Removes the half-written files that a killed program has left. */
export async function removeTemporaryFiles(folder: string): Promise<void> {
  await removeAll(folder, (await namesIn(folder)).filter((name) => temporaryPattern.test(name)));
}

/**
 * Removes a cache, whatever it was made with, but not the folder or anything else in it.
 *
 * The manifest goes last: interrupted, what remains still says what it was.
 */
export async function removeCacheFiles(folder: string): Promise<void> {
  const names = await namesIn(folder);
  await removeAll(folder, names.filter((name) => shardPattern.test(name)));
  await removeAll(folder, names.filter((name) => name === "index.jsonl"));
  await removeAll(folder, names.filter((name) => name === "manifest.json"));
}

async function removeAll(folder: string, names: readonly string[]): Promise<void> {
  for (const name of names) await Deno.remove(join(folder, name));
}
