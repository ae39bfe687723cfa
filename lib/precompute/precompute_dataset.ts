/**
 * The first stage from a model's name to a complete cache, or to a part of one.
 *
 * @module
 */
import { type AbsentShard, listAbsentShards } from "../cache/absent_shards.ts";
import { lockCache } from "../cache/cache_lock.ts";
import { type CachePart, isOfPart } from "../cache/cache_part.ts";
import { type CacheManifest, readManifest } from "../cache/manifest.ts";
import { requireSameViews } from "../cache/view_writer.ts";
import { batchOptions, cacheWritingOptions } from "../config/data_options.ts";
import { listImages } from "../dataset/image_folder.ts";
import { defaultRollout } from "../teacher/teacher.ts";
import { type NamedTeacherOptions, openNamedTeacher } from "./named_teacher.ts";
import { precompute, precomputePart } from "./precompute.ts";
import type { PrecomputeOptions } from "./precompute.ts";
import {
  precomputeViews,
  type PrecomputeViewsOptions,
  precomputeViewsPart,
  type ViewChoice,
  viewSettingsOf,
} from "./precompute_views.ts";

/** Which teacher maps which photos, and how, with nothing left open. */
export interface CompletePrecomputeOptions
  extends Omit<PrecomputeOptions, "teacher" | "settings" | "paths" | "part">, NamedTeacherOptions {
  /** Augmented views to map beside each photo; without it, views that are there stay. */
  readonly views?: ViewChoice;
  /** Called at the start of the work on views and after each batch of it. */
  readonly onViewProgress?: (progress: { readonly done: number; readonly total: number }) => void;
  /** Told of what is odd but possible. */
  readonly onWarning?: (message: string) => void;
}

/**
 * Which teacher maps which photos, and how: rolled out as {@linkcode defaultRollout} says, 32 photos in a
 * batch and 1024 in a shard, unless told otherwise.
 */
export type PrecomputeDatasetOptions =
  & Omit<CompletePrecomputeOptions, "rollout" | "batchSize" | "shardSize">
  & Partial<Pick<CompletePrecomputeOptions, "rollout" | "batchSize" | "shardSize">>;

const usual = {
  rollout: defaultRollout,
  batchSize: batchOptions.batchSize.parse(undefined),
  shardSize: cacheWritingOptions.shardSize.parse(undefined),
};

/** What became of a part. */
export interface PartOutcome {
  /** Shards of the part, all of them there now. */
  readonly shards: number;
  /** Shards of the cache. */
  readonly total: number;
  /** Files that other parts have yet to make. */
  readonly absent: readonly AbsentShard[];
}

/**
 * Loads a teacher, maps every photo of a data set (or those that an interrupted run left), then their
 * views where they are asked for, and frees it.
 *
 * @param asked Which teacher, which photos, where; callbacks and a signal to stop it by.
 * @returns The manifest of the complete cache.
 * @throws {Error} When another process is at work on the cache.
 * @throws As {@linkcode openNamedTeacher}, {@linkcode precompute} and {@linkcode precomputeViews} do.
 */
export async function precomputeDataset(
  asked: PrecomputeDatasetOptions,
): Promise<CacheManifest> {
  const options = { ...usual, ...asked };
  const { datasetPath, rolloutDir, onWarning } = options;
  const paths = await listImages(datasetPath, { onWarning }); // a wrong folder should not cost a download
  await using _lock = await lockCache(rolloutDir, { onWarning });
  return await withTeacher({ ...options, paths }, async (job, viewJob) => {
    const manifest = await precompute(job);
    return viewJob ? await precomputeViews(viewJob) : manifest;
  });
}

/**
 * Does the share of one process in {@linkcode precomputeDataset}: it leaves whole shards, and no index.
 * Views need the maps of all parts, merged.
 *
 * @param asked As for the whole, and which part.
 * @returns What became of the part, and what others have yet to make.
 * @throws {Error} When another process makes the same part or all of the cache; when views are asked for
 * before the maps are merged.
 * @throws As {@linkcode precomputeDataset} does.
 */
export async function precomputeDatasetPart(
  asked: PrecomputeDatasetOptions & { readonly part: CachePart },
): Promise<PartOutcome> {
  const options = { ...usual, ...asked };
  const { datasetPath, rolloutDir, shardSize, part, views, cacheImages } = options;
  const paths = await listImages(datasetPath, options);
  const total = Math.ceil(paths.length / shardSize);
  const own = Array.from({ length: total }, (_, index) => index)
    .filter((index) => isOfPart(index, part));
  if (own.length > 0) {
    await using _lock = await lockCache(rolloutDir, options);
    if (views) await requireMergedMaps(rolloutDir);
    await withTeacher({ ...options, paths }, async (job, viewJob) => {
      await precomputePart(job);
      if (viewJob) await precomputeViewsPart(viewJob);
    });
  }
  const wanted = { count: total, withImages: cacheImages, withViews: views !== undefined };
  const absent = await listAbsentShards(rolloutDir, wanted);
  return { shards: own.length, total, absent };
}

/** Runs work with a teacher, which is freed after it. */
async function withTeacher<Result>(
  options: CompletePrecomputeOptions & { readonly paths: readonly string[] },
  work: (job: PrecomputeOptions, viewJob: PrecomputeViewsOptions | undefined) => Promise<Result>,
): Promise<Result> {
  const { views, ...rest } = options;
  if (views && !options.overwrite) {
    await requireSameViews(options.rolloutDir, viewSettingsOf(views)); // others should not cost a download
  }
  const { teacher, settings } = await openNamedTeacher(options);
  using _ = teacher;
  const viewJob = views && { ...rest, teacher, views, onProgress: options.onViewProgress };
  return await work({ ...rest, teacher, settings }, viewJob);
}

async function requireMergedMaps(rolloutDir: string): Promise<void> {
  if ((await readManifest(rolloutDir))?.complete) return;
  throw new Error(
    `Cannot map views in parts: the maps in ${rolloutDir} are not merged; make all parts without --views, ` +
      "then precompute --merge, then the parts with --views",
  );
}
