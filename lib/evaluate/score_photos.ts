/**
 * Scores photo after photo, in batches.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { RolloutCache } from "../cache/rollout_cache.ts";
import { PhotoSource } from "../dataset/photo_source.ts";
import { viewPhotos } from "../dataset/student_view.ts";
import type { RgbImage } from "../image/rgb_image.ts";
import type { StudentCheckpoint } from "../model/student_checkpoint.ts";
import { divideByMaximum } from "../rollout/divide_by_maximum.ts";
import type { ImageScores } from "./evaluation.ts";
import type { ScoredPhoto } from "./scored_photo.ts";
import { scoreMap } from "./scores.ts";

/** How photos are read and shown to the student. */
export interface ScoringOptions {
  /** The folder of photos; not needed where the cache holds their pixels. */
  readonly datasetPath: string;
  /** Photos that the student sees at once. */
  readonly batchSize: number;
  /** Threads that decode; the pool's default when not given. */
  readonly workers?: number;
  /** Where masks are drawn from: equal seeds hide the same patches of the same photo. */
  readonly seed: number;
  /** Stops the work before the next batch. */
  readonly signal?: AbortSignal;
  /** Told where the pixels come from, where the cache holds some. */
  readonly onPixels?: (note: string) => void;
  /** Called at the start and after each batch. */
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
  /** Called with each photo in the order of their paths, and awaited: what else is measured on it. */
  readonly onPhoto?: (photo: ScoredPhoto) => void | Promise<void>;
}

/** What is scored, and how. */
export interface Scoring extends ScoringOptions {
  /** The student. */
  readonly checkpoint: StudentCheckpoint;
  /** The teacher's maps. */
  readonly cache: RolloutCache;
  /** The maps of the baselines, float32 [gridHeight·gridWidth]. */
  readonly baselines: Readonly<Record<"meanMap" | "gaussian", Float32Array>>;
}

/**
 * Scores the student and the baselines on each photo; the next batch is read while the student looks at
 * this one.
 *
 * @param paths Photos of the cache, relative to the data set.
 * @returns The scores in the order of `paths`.
 * @throws {SyntaxError} When a photo or the cache is damaged.
 * @throws {Error} When a photo is missing.
 * @throws The signal's reason, when it was aborted.
 */
export async function scorePhotos(
  paths: readonly string[],
  scoring: Scoring,
): Promise<ImageScores[]> {
  const { checkpoint, batchSize, signal, onProgress } = scoring;
  const preprocessing = checkpoint.description.view;
  using source = await PhotoSource.open({ ...scoring, preprocessing });
  if (source.note) scoring.onPixels?.(source.note);
  const scores: ImageScores[] = [];
  const total = paths.length;
  let photos = loadBatch(paths.slice(0, batchSize), { source });
  onProgress?.({ done: 0, total });
  for (let start = 0; start < total; start += batchSize) {
    signal?.throwIfAborted();
    const end = Math.min(start + batchSize, total);
    const batch = await photos;
    photos = loadBatch(paths.slice(end, end + batchSize), { source });
    const maps = await predict(batch, scoring);
    for (const [place, map] of maps.entries()) {
      scores.push(await scorePhoto(batch[place], { ...scoring, map }));
    }
    onProgress?.({ done: end, total });
  }
  return scores;
}

/** A photo as it was prepared for the teacher. */
interface ReadPhoto {
  readonly path: string;
  readonly pixels: RgbImage;
}

/** Starts reading photos, which may be awaited late: until then a failure is not unhandled. */
function loadBatch(
  paths: readonly string[],
  { source }: { source: PhotoSource },
): Promise<ReadPhoto[]> {
  const photos = Promise.all(
    paths.map(async (path) => ({ path, pixels: await source.load(path) })),
  );
  photos.catch(() => {});
  return photos;
}

async function predict(
  photos: readonly ReadPhoto[],
  { checkpoint: { student, description }, seed }: Scoring,
): Promise<Float32Array[]> {
  const viewed = photos.map(({ path, pixels }) => ({
    pixels: pixels.data,
    maskKey: [seed, "evaluate", path],
  }));
  const maps = tf.tidy(() => {
    const { images, visible } = viewPhotos(viewed, description);
    return student.predict(images, visible);
  });
  try {
    const values = await maps.data<"float32">();
    const size = values.length / photos.length;
    return photos.map((_, photo) => values.subarray(photo * size, (photo + 1) * size));
  } finally {
    maps.dispose();
  }
}

async function scorePhoto(
  { path, pixels }: ReadPhoto,
  { map, cache, baselines, onPhoto }: Scoring & { map: Float32Array },
): Promise<ImageScores> {
  const teacherMap = divideByMaximum(await cache.readMap(path));
  const maps = { student: map, ...baselines };
  await onPhoto?.({ path, pixels, teacherMap, maps });
  return {
    path,
    student: scoreMap(maps.student, teacherMap),
    meanMap: scoreMap(maps.meanMap, teacherMap),
    gaussian: scoreMap(maps.gaussian, teacherMap),
  };
}
