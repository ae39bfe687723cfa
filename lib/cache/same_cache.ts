/**
 * Keeps one cache from being mixed with another.
 *
 * @module
 */
import { holdsShards } from "./cache_files.ts";
import { type CacheManifest, readManifest } from "./manifest.ts";
import { type CacheIdentity, describeDifferences } from "./settings.ts";

/**
 * Reads the manifest of a folder that holds no cache, or the one that is asked for.
 *
 * @returns Nothing when it holds none.
 * @throws {SyntaxError} When the manifest is damaged or contradicts itself.
 * @throws {Error} When it holds another cache; the message names each difference and the remedies.
 */
export async function readSameCache(
  folder: string,
  identity: CacheIdentity,
): Promise<CacheManifest | undefined> {
  // Before the manifest: whoever makes another part meanwhile writes that first, then shards.
  const heldShards = await holdsShards(folder);
  const manifest = await readManifest(folder);
  const remedies = "choose another --rollout-dir, or --overwrite to replace it";
  if (!manifest) {
    if (!heldShards) return undefined;
    throw new Error(
      `Cannot make a cache in ${folder}: it holds shards but no manifest.json to say of what; ` +
        `--repair keeps those that fit, or ${remedies}`,
    );
  }
  const differences = describeDifferences(manifest, identity);
  if (differences.length === 0) return manifest;
  throw new Error(
    `Cannot make a cache in ${folder}: it holds another one (${
      differences.join("; ")
    }); ${remedies}`,
  );
}
