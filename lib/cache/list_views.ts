/**
 * How the manifest lists the views of a cache.
 *
 * @module
 */
import { join } from "node:path";
import { sha256OfFile } from "../files/sha256.ts";
import { readFinishedShard } from "./finished_shard.ts";
import type { CachedViews, ShardEntry } from "./manifest.ts";
import type { FileProgress } from "./map_shards.ts";
import { isSameList } from "./photos.ts";
import type { CacheIdentity } from "./settings.ts";
import { readViewShardLabel, viewShardFileName } from "./view_shard.ts";
import { describeViewDifferences, type ViewSettings } from "./view_settings.ts";

/**
 * Lists the views that lie in a cache's folder.
 *
 * @param folder The cache's folder.
 * @param options `paths`: the photos with a map, shard by shard; `known`: what an earlier manifest says:
 * files of the same size, if not `written` since, are not read again.
 * @returns Nothing when a shard is missing, holds other photos than the maps' does, or was drawn otherwise
 * than the first.
 * @throws {SyntaxError} When one is damaged, naming it.
 */
export async function listViews(
  folder: string,
  { identity, paths, known, written, onFile }: FileProgress & {
    identity: CacheIdentity;
    paths: readonly (readonly string[])[];
    known: CachedViews | undefined;
    written?: ReadonlySet<number>;
  },
): Promise<CachedViews | undefined> {
  const shards: ShardEntry[] = [];
  let settings: ViewSettings | undefined;
  for (const [index, expected] of paths.entries()) {
    const name = viewShardFileName(index, paths.length);
    const file = join(folder, name);
    const read = (file: string) => readViewShardLabel(file, { identity });
    const found = await readFinishedShard(file, { read });
    if (!found || !isSameList(found.paths, expected)) return undefined;
    settings ??= found.settings;
    if (describeViewDifferences(settings, found.settings).length > 0) return undefined;
    const { size: bytes } = await Deno.stat(file);
    const before = written?.has(index) ? undefined : known?.shards[index];
    const sha256 = before?.bytes === bytes ? before.sha256 : await sha256OfFile(file);
    shards.push({ file: name, rows: expected.length, bytes, sha256 });
    onFile?.();
  }
  return settings && { ...settings, shards };
}
