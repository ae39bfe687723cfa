/**
 * Merging the parts of a cache as a terminal shows it.
 *
 * @module
 */
import type { CacheManifest } from "../../lib/cache/manifest.ts";
import type { PrecomputeOptions } from "../../lib/config/task_schemas.ts";
import { mergeCache } from "../../lib/precompute/merge_cache.ts";
import type { Progress } from "../terminal/progress.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { describeCache } from "./describe_cache.ts";

/** Completes a cache whose parts are all made; no backend is needed. */
export async function mergeStage(
  { rolloutDir, shardCount, cacheImages, views }: PrecomputeOptions,
  terminal: Terminal,
): Promise<CacheManifest> {
  let bar: Progress | undefined;
  const manifest = await mergeCache({
    rolloutDir,
    shardCount,
    withImages: cacheImages,
    withViews: views > 0,
    signal: terminal.signal,
    onWarning: (message) => terminal.warn(message),
    onCheck: ({ done, total }) => {
      bar ??= terminal.progress("merge", total, { unit: "files" });
      bar.update({ done });
    },
  });
  terminal.print(describeCache(manifest, rolloutDir));
  return manifest;
}
