/**
 * What a finished cache is, in a line.
 *
 * @module
 */
import type { CacheManifest } from "../../lib/cache/manifest.ts";

/** `2000 maps of 14×14 in 2 files under data/rollouts`, and what lies beside them. */
export function describeCache(
  { mapCount, skipped, shards, images, views, settings }: CacheManifest,
  folder: string,
): string {
  const files = shards.length === 1 ? "1 file" : `${shards.length} files`;
  const { grid, preprocessing: { imageSize } } = settings;
  const pixels = images ? `, with pixels of ${imageSize.join("×")} beside them` : "";
  const replayed = views ? `, with ${views.perPhoto} views of each photo` : "";
  const where = `in ${files} under ${folder}${pixels}${replayed}`;
  const maps = `${mapCount} maps of ${grid.join("×")} ${where}`;
  return skipped.length ? `${maps}; skipped ${skipped.length}, listed in manifest.json` : maps;
}
