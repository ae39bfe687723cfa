/**
 * What is in a cache, line by line.
 *
 * @module
 */
import type { CacheManifest } from "../../lib/cache/manifest.ts";
import type { CacheReport } from "../../lib/cache/verify_cache.ts";
import { MEGABYTE } from "../../lib/files/limits.ts";

/** More skipped photos than this say nothing to a reader. */
const mostSkipped = 5;

/** Teacher, rollout, photos, maps, pixels, views and their sizes: `teacher deit3_large…, weights 3f…`. */
export function reportCache(
  { settings, dataset, mapCount, skipped, shards, images, views, complete }: CacheManifest,
  bytes: CacheReport["bytes"],
): string[] {
  const { teacher, rollout, grid, precision = "float32", preprocessing } = settings;
  const args = Object.keys(teacher.args).length > 0 ? ` ${JSON.stringify(teacher.args)}` : "";
  const isSaid = teacher.commit === undefined || teacher.name.endsWith(teacher.commit);
  const commit = isSaid ? "" : ` at commit ${teacher.commit}`;
  const { imageSize, cropPct, interpolation } = preprocessing;
  const shown = skipped.slice(0, mostSkipped);
  const others = skipped.length - shown.length;
  return [
    `teacher  ${teacher.name}${args}${commit}, SHA-256 of its weights ${teacher.weightsSha256}`,
    `rollout  ${rollout.mode}, heads by ${rollout.headFusion}, ` +
    `discard ratio ${rollout.discardRatio}, ${precision}`,
    `photos   ${dataset.imageCount}, ${
      imageSize.join("×")
    } pixels of each, crop ${cropPct}, ${interpolation}`,
    complete
      ? `maps     ${mapCount} of ${grid.join("×")} in ${count(shards.length)}, ${size(bytes.maps)}`
      : `maps     of ${grid.join("×")}, not complete, ${size(bytes.maps)}`,
    `pixels   ${images ? `of each photo with a map, ${size(bytes.images)}` : "none"}`,
    `views    ${
      views ? `${views.perPhoto} of each photo, seed ${views.seed}, ${size(bytes.views)}` : "none"
    }`,
    `skipped  ${skipped.length}`,
    ...shown.map(({ path, reason }) => `         ${path}: ${reason}`),
    ...(others > 0 ? [`         and ${others} more, listed in manifest.json`] : []),
  ];
}

function count(files: number): string {
  return files === 1 ? "1 file" : `${files} files`;
}

function size(bytes: number): string {
  return `${(bytes / MEGABYTE).toFixed(bytes < MEGABYTE ? 3 : 1)} MB`;
}
