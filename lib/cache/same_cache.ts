/**
 * Keeps one cache from being mixed with another.
 *
 * @module
 */
import { holdsShards } from "./cache_files.ts";
import type { CacheManifest } from "./manifest.ts";
import { type CacheIdentity, describeDifferences } from "./settings.ts";

/**
 * Makes sure that a folder holds no cache, or the one that is asked for.
 *
 * @param folder The cache's folder; `manifest` is what it holds, if it holds one.
 * @throws {Error} When it holds another cache; the message names each difference and the remedies.
 */
export async function requireSameCache(
  folder: string,
  { manifest, identity }: { manifest: CacheManifest | undefined; identity: CacheIdentity },
): Promise<void> {
  const remedies = "choose another --rollout-dir, or --overwrite to replace it";
  if (!manifest) {
    if (!await holdsShards(folder)) return;
    throw new Error(
      `Cannot make a cache in ${folder}: it holds shards but no manifest.json to say of what; ` +
        remedies,
    );
  }
  const differences = describeDifferences(manifest, identity);
  if (differences.length === 0) return;
  throw new Error(
    `Cannot make a cache in ${folder}: it holds another one (${
      differences.join("; ")
    }); ${remedies}`,
  );
}
