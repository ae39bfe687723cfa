/**
 * The first stage: the teacher looks at every photo once, and its maps go into the cache.
 *
 * @module
 */
import { join } from "node:path";
import type { CachePart } from "../cache/cache_part.ts";
import { CacheWriter } from "../cache/cache_writer.ts";
import type { CacheManifest } from "../cache/manifest.ts";
import type { MissingShard } from "../cache/missing_shard.ts";
import type { SkippedPhoto } from "../cache/photos.ts";
import type { CacheSettings } from "../cache/settings.ts";
import type { ShardContent } from "../cache/shard.ts";
import { listImages } from "../dataset/image_folder.ts";
import { DecodePool } from "../image/decode_pool.ts";
import type { DecodedPhoto } from "../image/read_photo.ts";
import type { RgbImage } from "../image/rgb_image.ts";
import { concatenateMaps } from "../rollout/concatenate_maps.ts";
import { PixelRows } from "./pixel_rows.ts";
import { badPhoto } from "./bad_photo.ts";
import { mapBatch } from "./map_batch.ts";
import { type Loaded, readAhead } from "./read_ahead.ts";
import { requireMaps } from "./require_maps.ts";
import { requireUnchanged } from "./require_unchanged.ts";
import { skipPhoto } from "./skip_photo.ts";
import type { Teacher } from "../teacher/teacher.ts";

/** How many photos are done, those of an earlier run included; of some, perhaps, only pixels were missing. */
export interface PrecomputeProgress {
  /** Photos mapped or skipped. */
  readonly done: number;
  /** Photos in the data set, or in the part of it. */
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
  readonly settings: Pick<CacheSettings, "teacher" | "rollout" | "precision" | "shardSize">;
  /** Photos that the teacher sees at once. */
  readonly batchSize: number;
  /** Threads that decode; the pool's default when not given. */
  readonly workers?: number;
  /** The most pixels of a photo to decode; the decoder's default when not given. */
  readonly maxPixels?: number;
  /** `skip` (the default) goes on without a photo that cannot be decoded, `fail` stops. */
  readonly onBadImage?: "skip" | "fail";
  /** Replaces whatever cache the folder holds, instead of resuming or refusing it. */
  readonly overwrite?: boolean;
  /** Keeps the photos' pixels, prepared for the teacher, beside their maps; it also adds what is missing. */
  readonly cacheImages?: boolean;
  /** The part whose shards are made; all of the cache when not given. */
  readonly part?: CachePart;
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
 * holds four batches and the maps of one shard, with `cacheImages` its pixels too (1024 photos of 224×224
 * are 154 MB). Batches do not cross shards, so that the files depend on photos, teacher, settings and batch
 * size alone. A shard that lacks nothing but pixels is decoded again, but the teacher does not look.
 *
 * @returns The manifest of the complete cache.
 * @throws {RangeError} When a setting is impossible.
 * @throws {Error} When there are no photos, none can be decoded, one cannot be decoded and `onBadImage`
 * is `fail`, or the folder holds another cache.
 * @throws The signal's reason, when it was aborted.
 */
export async function precompute(
  options: Omit<PrecomputeOptions, "part">,
): Promise<CacheManifest> {
  const writer = await precomputePart({ ...options, part: undefined });
  requireMaps(writer, `in ${options.datasetPath}`);
  return await writer.finish();
}

/**
 * Does the share of one process in {@linkcode precompute}: maps the photos of a part's shards, and leaves
 * index and manifest to whoever merges the parts.
 *
 * @returns The part, of which nothing is missing.
 * @throws As {@linkcode precompute} does, but for a part without a good photo.
 */
export async function precomputePart(options: PrecomputeOptions): Promise<CacheWriter> {
  const { datasetPath, rolloutDir, teacher, batchSize, workers, maxPixels, onBadImage } = options;
  if (!Number.isInteger(batchSize) || batchSize < 1) {
    throw new RangeError(
      `Cannot precompute: batch size is ${batchSize}, expected a positive integer`,
    );
  }
  const { preprocessing, grid } = teacher;
  const paths = options.paths ?? await listImages(datasetPath);
  const settings = { ...options.settings, preprocessing, grid };
  const { overwrite, cacheImages, part } = options;
  const writer = await CacheWriter.open(rolloutDir, {
    ...{ settings, paths, overwrite, cacheImages, part },
  });
  if (onBadImage === "fail" && writer.skipped.length > 0) {
    throw badPhoto(writer.skipped[0], { remedy: "mend it and use --overwrite" });
  }

  using pool = new DecodePool({ preprocessing, workers, maxPixels });
  const missing = writer.missingShards();
  const missingPaths = missing.flatMap((shard) => shard.paths);
  const photos = readAhead(missingPaths, {
    load: (path) => pool.load(join(datasetPath, path)),
    ahead: 2 * batchSize,
  });
  const total = writer.photoCount;
  const tally = { done: total - missingPaths.length, total, skipped: writer.skipped.length };
  options.onProgress?.({ ...tally });
  const largest = missing.reduce((most, shard) => Math.max(most, shard.paths.length), 0);
  const rows = cacheImages ? new PixelRows(largest, preprocessing) : undefined;
  for (const shard of missing) {
    const content = await mapShard(shard, { photos, tally, options, rows });
    requireUnchanged(shard, content);
    if (rows) await writer.writeImages(shard.index, { paths: content.paths, pixels: rows.take() });
    if (shard.missing !== "images") await writer.writeShard(shard.index, content);
  }
  return writer;
}

type LoadedPhoto = Loaded<string, DecodedPhoto>;

/** What the shards of one run share. */
interface Run {
  /** The photos of the missing shards, in order; each shard takes its own. */
  readonly photos: AsyncGenerator<LoadedPhoto, void>;
  /** Counted up as photos are done. */
  readonly tally: { done: number; total: number; skipped: number };
  readonly options: PrecomputeOptions;
  /** Where pixels are collected, if they are wanted. */
  readonly rows: PixelRows | undefined;
}

async function mapShard(
  { paths, missing }: MissingShard,
  { photos, tally, options, rows }: Run,
): Promise<ShardContent> {
  const { teacher, batchSize, signal, onProgress } = options;
  const mapped: string[] = [];
  const checksums: number[] = [];
  const skipped: SkippedPhoto[] = [];
  const maps: Float32Array[] = [];
  let batch: RgbImage[] = [];
  let underWay: { maps: Promise<Float32Array>; tally: PrecomputeProgress } | undefined;
  const finish = async () => {
    if (!underWay) return;
    maps.push(await underWay.maps);
    onProgress?.(underWay.tally);
    underWay = undefined;
  };
  for (const path of paths) {
    signal?.throwIfAborted();
    const photo = (await photos.next()).value!;
    tally.done++;
    if ("error" in photo) {
      skipped.push(await skipPhoto(photo, { ...options, missing }));
      tally.skipped++;
    } else {
      const { image, checksum } = photo.value;
      mapped.push(path);
      checksums.push(checksum);
      batch.push(image);
      rows?.add(image);
    }
    if (batch.length < batchSize && path !== paths.at(-1)) continue;
    if (batch.length === 0 || missing === "images") {
      await finish();
      onProgress?.({ ...tally });
    } else {
      const begun = { maps: mapBatch(batch, teacher), tally: { ...tally } };
      begun.maps.catch(() => {}); // whoever waits for it is told
      await finish(); // of the batch before: the teacher never waits for the next one
      underWay = begun;
    }
    batch = [];
  }
  await finish();
  return { paths: mapped, skipped, checksums, maps: concatenateMaps(maps) };
}
