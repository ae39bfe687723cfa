/**
 * The first stage: the teacher looks at every photo once, and its maps go into the cache.
 *
 * @module
 */
import { join } from "node:path";
import { CacheWriter, type MissingShard } from "../cache/cache_writer.ts";
import type { CacheManifest } from "../cache/manifest.ts";
import type { SkippedPhoto } from "../cache/photos.ts";
import type { CacheSettings } from "../cache/settings.ts";
import type { ShardContent } from "../cache/shard.ts";
import { listImages } from "../dataset/image_folder.ts";
import { DecodePool } from "../image/decode_pool.ts";
import type { RgbImage } from "../image/rgb_image.ts";
import { concatenateMaps } from "../rollout/concatenate_maps.ts";
import { type Loaded, readAhead } from "./read_ahead.ts";
import type { Teacher } from "../teacher/teacher.ts";

/** How many photos are done, those of an earlier run included. */
export interface PrecomputeProgress {
  /** Photos mapped or skipped. */
  readonly done: number;
  /** Photos in the data set. */
  readonly total: number;
  /** Photos that could not be decoded, of those done. */
  readonly skipped: number;
}

/** What to precompute, and how. */
export interface PrecomputeOptions {
  /** The folder of photos, read recursively. */
  readonly datasetPath: string;
  /** Its photos as {@linkcode listImages} gives them, where they are listed already. */
  readonly paths?: readonly string[];
  /** The cache's folder. */
  readonly rolloutDir: string;
  /** Makes the maps. */
  readonly teacher: Teacher;
  /** What the teacher is and how it rolls out, as the cache records it; photos to a shard. */
  readonly settings: Pick<CacheSettings, "teacher" | "rollout" | "shardSize">;
  /** Photos that the teacher sees at once. */
  readonly batchSize: number;
  /** Threads that decode; the pool's default when not given. */
  readonly workers?: number;
  /** `skip` (the default) goes on without a photo that cannot be decoded, `fail` stops. */
  readonly onBadImage?: "skip" | "fail";
  /** Replaces whatever cache the folder holds, instead of resuming or refusing it. */
  readonly overwrite?: boolean;
  /** Stops the work after the current batch; whole shards stay, and the next run goes on there. */
  readonly signal?: AbortSignal;
  /** Called at the start and after each batch. */
  readonly onProgress?: (progress: PrecomputeProgress) => void;
  /** Called for each photo skipped in this run. */
  readonly onSkip?: (photo: SkippedPhoto) => void;
}

/**
 * Maps every photo of a data set, or those that an interrupted run has left.
 *
 * Decoding runs in workers, up to two batches ahead of the teacher; besides the list of paths, memory
 * holds three batches and the maps of one shard. Batches do not cross shards, so that the files depend
 * on photos, teacher, settings and batch size alone.
 *
 * @returns The manifest of the complete cache.
 * @throws {RangeError} When a setting is impossible.
 * @throws {Error} When there are no photos, none can be decoded, one cannot be decoded and `onBadImage`
 * is `fail`, or the folder holds another cache.
 * @throws The signal's reason, when it was aborted.
 */
export async function precompute(options: PrecomputeOptions): Promise<CacheManifest> {
  const { datasetPath, rolloutDir, teacher, batchSize, workers, onBadImage, overwrite } = options;
  if (!Number.isInteger(batchSize) || batchSize < 1) {
    throw new RangeError(
      `Cannot precompute: batch size is ${batchSize}, expected a positive integer`,
    );
  }
  const { preprocessing, grid } = teacher;
  const paths = options.paths ?? await listImages(datasetPath);
  const settings = { ...options.settings, preprocessing, grid };
  const writer = await CacheWriter.open(rolloutDir, { settings, paths, overwrite });
  if (onBadImage === "fail" && writer.skipped.length > 0) {
    throw badImage(writer.skipped[0], { remedy: "mend it and use --overwrite" });
  }

  using pool = new DecodePool({ preprocessing, workers });
  const missing = writer.missingShards();
  const missingPaths = missing.flatMap((shard) => shard.paths);
  const photos = readAhead(missingPaths, {
    load: (path) => pool.load(join(datasetPath, path)),
    ahead: 2 * batchSize,
  });
  const total = paths.length;
  const tally = { done: total - missingPaths.length, total, skipped: writer.skipped.length };
  options.onProgress?.({ ...tally });
  for (const shard of missing) {
    await writer.writeShard(shard.index, await mapShard(shard, { photos, tally, options }));
  }
  if (writer.skipped.length === total) {
    throw new Error(
      `Cannot precompute: none of the ${total} photos in ${datasetPath} can be decoded ` +
        `(${writer.skipped[0].reason}); mend them and use --overwrite`,
    );
  }
  return await writer.finish();
}

type LoadedPhoto = Loaded<string, RgbImage>;

/** What the shards of one run share. */
interface Run {
  /** The photos of the missing shards, in order; each shard takes its own. */
  readonly photos: AsyncGenerator<LoadedPhoto, void>;
  /** Counted up as photos are done. */
  readonly tally: { done: number; total: number; skipped: number };
  readonly options: PrecomputeOptions;
}

async function mapShard(
  { paths }: MissingShard,
  { photos, tally, options }: Run,
): Promise<ShardContent> {
  const { teacher, batchSize, signal, onProgress } = options;
  const mapped: string[] = [];
  const skipped: SkippedPhoto[] = [];
  const maps: Float32Array[] = [];
  let batch: RgbImage[] = [];
  for (const path of paths) {
    signal?.throwIfAborted();
    const photo = (await photos.next()).value!;
    tally.done++;
    if ("error" in photo) {
      skipped.push(skip(photo, options));
      tally.skipped++;
    } else {
      mapped.push(path);
      batch.push(photo.value);
    }
    if (batch.length < batchSize && path !== paths.at(-1)) continue;
    if (batch.length > 0) maps.push(await mapBatch(batch, teacher));
    batch = [];
    onProgress?.({ ...tally });
  }
  return { paths: mapped, skipped, maps: concatenateMaps(maps) };
}

function skip(
  { item: path, error }: Extract<LoadedPhoto, { error: Error }>,
  { datasetPath, onBadImage, onSkip }: PrecomputeOptions,
): SkippedPhoto {
  // relative, so that a cache says the same wherever the data set lies
  const reason = error.message.replaceAll(join(datasetPath, path), path).replaceAll(/\s+/g, " ");
  if (onBadImage === "fail") throw badImage({ path, reason }, { remedy: "mend it" });
  onSkip?.({ path, reason });
  return { path, reason };
}

function badImage({ path, reason }: SkippedPhoto, { remedy }: { remedy: string }): Error {
  return new Error(
    `Cannot precompute: ${path} is a bad photo (${reason}), expected every photo to be decodable; ` +
      `${remedy}, or go on without it by --on-bad-image=skip`,
  );
}

async function mapBatch(batch: readonly RgbImage[], teacher: Teacher): Promise<Float32Array> {
  const maps = await teacher.maps(batch);
  const [gridHeight, gridWidth] = teacher.grid;
  const expected = batch.length * gridHeight * gridWidth;
  if (maps.length === expected) return maps;
  throw new TypeError(
    `Cannot precompute: the teacher's maps have ${maps.length} values, expected ` +
      `${batch.length} · ${gridHeight} · ${gridWidth}`,
  );
}
