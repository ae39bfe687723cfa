/**
 * Notices that a cache's folder has gone while it was made.
 *
 * @module
 */
import { join } from "node:path";
import { ifPresent } from "../files/if_present.ts";
import { MANIFEST_FILE } from "./manifest.ts";

/**
 * Makes sure that a cache that was begun is still there: to make its folder again would leave shards without
 * the ones before them, and without a manifest to say of what.
 *
 * @throws {Error} When it has been removed or moved.
 */
export async function requireCache(folder: string): Promise<void> {
  const manifest = join(folder, MANIFEST_FILE);
  if (await ifPresent(Deno.stat(manifest))) return;
  throw new Error(
    `Cannot write to the cache in ${folder}: ${manifest} is gone, expected the cache to stay while it is made; ` +
      "put it back to go on, or run the same command again to make it anew",
  );
}
