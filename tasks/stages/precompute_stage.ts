/**
 * The first stage as a terminal shows it.
 *
 * @module
 */
import { weightLimitsOf } from "../../lib/files/limits.ts";
import type { PrecomputeOptions } from "../../lib/config/task_schemas.ts";
import type { CacheManifest } from "../../lib/cache/manifest.ts";
import { describeCount } from "../../lib/model/parameters.ts";
import {
  type CompletePrecomputeOptions,
  precomputeDataset,
} from "../../lib/precompute/precompute_dataset.ts";
import { reportDownloads } from "../terminal/report_downloads.ts";
import type { Progress } from "../terminal/progress.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { describeCache } from "./describe_cache.ts";

/** Maps a data set with progress on the terminal; the backend runs already. */
export async function precomputeStage(
  options: PrecomputeOptions,
  terminal: Terminal,
): Promise<CacheManifest> {
  const command = options.overwrite ? "the command without --overwrite" : "the same command";
  const manifest = await precomputeDataset(jobOf(options, terminal))
    .catch((error) => explainStop(error, { command, terminal }));
  terminal.print(describeCache(manifest, options.rolloutDir));
  return manifest;
}

/** What is asked for, with progress on the terminal. */
export function jobOf(options: PrecomputeOptions, terminal: Terminal): CompletePrecomputeOptions {
  const { teacherModel, teacherArgs, weightsDir, rolloutMode, headFusion, discardRatio } = options;
  const { views: perPhoto, seed } = options;
  let bar: Progress | undefined;
  let viewBar: Progress | undefined;
  return {
    ...options,
    source: {
      model: teacherModel,
      args: teacherArgs,
      weightsDir,
      ...weightLimitsOf(options),
      ...reportDownloads(terminal),
      signal: terminal.signal,
    },
    rollout: { mode: rolloutMode, headFusion, discardRatio },
    views: perPhoto > 0 ? { perPhoto, seed } : undefined,
    signal: terminal.signal,
    onWarning: (message) => terminal.warn(message),
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
  };
}

/** Says, when the user stopped the work, how it goes on; the error is passed on. */
export function explainStop(
  error: unknown,
  { command, terminal }: { command: string; terminal: Terminal },
): never {
  if (terminal.signal.aborted) {
    terminal.say(`stopped: whole files are kept, ${command} goes on from there`);
  }
  throw error;
}
