/**
 * The end of a repair: what was found damaged is made anew.
 *
 * @module
 */
import { join } from "node:path";
import type { CacheFault } from "../cache/find_faults.ts";
import type { CacheManifest } from "../cache/manifest.ts";
import type { CacheSettings } from "../cache/settings.ts";
import { shardCount, shardFileName } from "../cache/shard.ts";
import type { SurveyedCache } from "../cache/survey_cache.ts";
import { precompute, type PrecomputeOptions } from "./precompute.ts";
import {
  precomputeViews,
  type PrecomputeViewsOptions,
  type ViewChoice,
} from "./precompute_views.ts";

/** Where the photos are, how they are read, and who hears of it. */
export interface MendOptions extends Omit<PrecomputeOptions, "teacher" | "settings" | "paths"> {
  /** Called for each file that is made anew, or removed because the cache has none of that name. */
  readonly onRepair?: (fault: CacheFault) => void;
  /** Called at the start of the work on views and after each batch of it. */
  readonly onViewProgress?: PrecomputeViewsOptions["onProgress"];
}

/** What was found of the cache, and what it is made with. */
export interface Mending extends Pick<PrecomputeOptions, "teacher" | "settings"> {
  /** All photos of the data set, sorted. */
  readonly paths: readonly string[];
  /** What is whole and what is not. */
  readonly survey: SurveyedCache;
  /** The views that the cache is to have, if any. */
  readonly views: ViewChoice | undefined;
}

/** Whether a shard of maps, or of views where those are wanted, is to be made. */
export function needsTeacher(
  { identity, whole }: SurveyedCache,
  { wantsViews }: { wantsViews: boolean },
): boolean {
  const count = shardCount(identity);
  return Array.from({ length: count }, (_, index) => index).some((index) =>
    !whole.has(shardFileName(index, count)) ||
    (wantsViews && !whole.has(shardFileName(index, count, { prefix: "views" })))
  );
}

/** Stands in for the teacher that made a cache where no map is to be made. */
export function recordedTeacher(
  settings: CacheSettings,
): Pick<Mending, "teacher" | "settings"> {
  const { preprocessing, grid } = settings;
  const maps = () => Promise.reject(new Error("Cannot map photos: no teacher is loaded"));
  return { settings, teacher: { preprocessing, grid, maps } };
}

/**
 * Removes what is not whole, and goes on as after an interruption.
 *
 * @returns The manifest of the complete cache.
 * @throws As {@linkcode precompute} and {@linkcode precomputeViews} do.
 */
export async function mendCache(
  options: MendOptions,
  { paths, survey: { faults, hasImages }, views, teacher, settings }: Mending,
): Promise<CacheManifest> {
  const { rolloutDir, onRepair, onViewProgress } = options;
  for (const fault of faults) {
    onRepair?.(fault);
    if (fault.isThere) await Deno.remove(join(rolloutDir, fault.file));
  }
  const cacheImages = options.cacheImages || hasImages;
  const job = { ...options, teacher, settings, paths, cacheImages };
  const manifest = await precompute(job);
  if (!views || manifest.views) return manifest;
  return await precomputeViews({ ...job, views, onProgress: onViewProgress });
}
