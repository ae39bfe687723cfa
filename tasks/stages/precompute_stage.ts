/**
 * The first stage as a terminal shows it.
 *
 * @module
 */
import { weightLimitsOf } from "../../lib/files/limits.ts";
import type { PrecomputeOptions } from "../../lib/config/task_schemas.ts";
import type { CacheManifest } from "../../lib/cache/manifest.ts";
import { describeCount } from "../../lib/model/parameters.ts";
import { precomputeDataset } from "../../lib/precompute/precompute_dataset.ts";
import { downloadProgress } from "../terminal/download_progress.ts";
import type { Progress } from "../terminal/progress.ts";
import type { Terminal } from "../terminal/terminal.ts";

/** Maps a data set with progress on the terminal; the backend runs already. */
export async function precomputeStage(
  options: PrecomputeOptions,
  terminal: Terminal,
): Promise<CacheManifest> {
  const { teacherModel, teacherArgs, weightsDir, rolloutMode, headFusion, discardRatio } = options;
  const { views: perPhoto, seed } = options;
  let bar: Progress | undefined;
  let viewBar: Progress | undefined;
  const manifest = await precomputeDataset({
    ...options,
    source: {
      model: teacherModel,
      args: teacherArgs,
      weightsDir,
      ...weightLimitsOf(options),
      onDownload: downloadProgress(terminal),
      signal: terminal.signal,
    },
    rollout: { mode: rolloutMode, headFusion, discardRatio },
    views: perPhoto > 0 ? { perPhoto, seed } : undefined,
    signal: terminal.signal,
    onTeacher: ({ parameters, grid, workers }) => {
      const size = `${describeCount(parameters)} parameters, maps of ${grid.join("×")}`;
      const threads = workers > 1 ? `, in ${workers} threads` : "";
      terminal.say(`teacher ${teacherModel}: ${size}${threads}`);
    },
    onProgress: ({ done, total, skipped }) => {
      bar ??= terminal.progress("precompute", total, { from: done, unit: "images" });
      bar.update(skipped ? { done, skipped } : { done });
    },
    onViewProgress: ({ done, total }) => {
      viewBar ??= terminal.progress(`${perPhoto} views each`, total, {
        from: done,
        unit: "images",
      });
      viewBar.update({ done });
    },
    onSkip: ({ path, reason }) => terminal.warn(`skipped ${path}: ${reason}`),
  }).catch((error) => {
    if (terminal.signal.aborted) {
      const command = options.overwrite ? "the command without --overwrite" : "the same command";
      terminal.say(`stopped: whole files are kept, ${command} goes on from there`);
    }
    throw error;
  });
  terminal.print(describeCache(manifest, options.rolloutDir));
  return manifest;
}

function describeCache(
  { mapCount, skipped, shards, images, views, settings }: CacheManifest,
  folder: string,
): string {
  const files = shards.length === 1 ? "1 file" : `${shards.length} files`;
  const { grid, preprocessing: { imageSize } } = settings;
  const pixels = images ? `, with pixels of ${imageSize.join("×")} beside them` : "";
  const replayed = views ? `, with ${views.perPhoto} views of each photo` : "";
  const where = `in ${files} under ${folder}${pixels}${replayed}`;
  const maps = `${mapCount} maps of ${grid.join("×")} ${where}`;
  return skipped.length
    ? `${maps}; ${skipped.length} photos skipped, listed in manifest.json`
    : maps;
}
