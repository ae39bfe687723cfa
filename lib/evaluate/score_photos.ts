/**
 * Scores photo after photo, in batches.
 *
 * @module
 */
import type { RolloutCache } from "../cache/rollout_cache.ts";
import { PhotoSource } from "../dataset/photo_source.ts";
import type { Preprocessing } from "../image/preprocess.ts";
import { divideByMaximum } from "../rollout/divide_by_maximum.ts";
import type { MapPredictor, PreparedPhoto } from "./map_predictor.ts";
import { type MeasureContext, scoreMap, type Scores } from "./measures.ts";
import type { ScoredPhoto } from "./scored_photo.ts";

/** How photos are read and shown to the predictors. */
export interface ScoringOptions {
  /** The folder of photos; not needed where the cache holds their pixels. */
  readonly datasetPath: string;
  /** Photos that the predictors see at once. */
  readonly batchSize: number;
  /** Threads that decode; the pool's default when not given. */
  readonly workers?: number;
  /** The most pixels of a photo to decode; the decoder's default when not given. */
  readonly maxPixels?: number;
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
  /** Who predicts. */
  readonly predictors: readonly MapPredictor[];
  /** The teacher's maps. */
  readonly cache: RolloutCache;
  /** How photos are prepared for the teacher. */
  readonly preprocessing: Preprocessing;
  /** What measures need besides the maps. */
  readonly context: MeasureContext;
}

/** The scores of one photo. */
export interface PhotoScores {
  /** Relative to the data set, with `/`. */
  readonly path: string;
  /** By predictor. */
  readonly scores: Readonly<Record<string, Scores>>;
}

/**
 * Scores every predictor on each photo; the next batch is read while this one is predicted.
 *
 * @param paths Photos of the cache, relative to the data set.
 * @returns The scores in the order of `paths`.
 * @throws {SyntaxError} When a photo or the cache is damaged.
 * @throws {Error} When a photo is missing, or a predicted map is not finite.
 * @throws The signal's reason, when it was aborted.
 */
export async function scorePhotos(
  paths: readonly string[],
  scoring: Scoring,
): Promise<PhotoScores[]> {
  const { batchSize, signal, onProgress } = scoring;
  using source = await PhotoSource.open(scoring);
  if (source.note) scoring.onPixels?.(source.note);
  const scores: PhotoScores[] = [];
  const total = paths.length;
  let photos = loadBatch(paths.slice(0, batchSize), source);
  onProgress?.({ done: 0, total });
  for (let start = 0; start < total; start += batchSize) {
    signal?.throwIfAborted();
    const end = Math.min(start + batchSize, total);
    const batch = await photos;
    photos = loadBatch(paths.slice(end, end + batchSize), source);
    scores.push(...await scoreBatch(batch, scoring));
    onProgress?.({ done: end, total });
  }
  return scores;
}

/** Starts reading photos, which may be awaited late: until then a failure is not unhandled. */
function loadBatch(paths: readonly string[], source: PhotoSource): Promise<PreparedPhoto[]> {
  const photos = Promise.all(
    paths.map(async (path) => ({ path, pixels: await source.load(path) })),
  );
  photos.catch(() => {});
  return photos;
}

async function scoreBatch(
  photos: readonly PreparedPhoto[],
  { predictors, cache, context, onPhoto }: Scoring,
): Promise<PhotoScores[]> {
  const predicted: [name: string, maps: Float32Array[]][] = [];
  for (const predictor of predictors) { // one after the other: each fills the machine
    predicted.push([predictor.name, await predictor.predict(photos)]);
  }
  const scores: PhotoScores[] = [];
  for (const [place, { path, pixels }] of photos.entries()) {
    const teacherMap = divideByMaximum(await cache.readMap(path));
    const maps = Object.fromEntries(predicted.map(([name, maps]) => [name, maps[place]]));
    requireFinite(maps, path);
    await onPhoto?.({ path, pixels, teacherMap, maps });
    const scored = Object.entries(maps).map(([name, map]) =>
      [name, scoreMap(map, teacherMap, context)] as const
    );
    scores.push({ path, scores: Object.fromEntries(scored) });
  }
  return scores;
}

/** A student whose training has gone astray says NaN, of which no table can be made. */
function requireFinite(maps: Readonly<Record<string, Float32Array>>, path: string): void {
  for (const [name, map] of Object.entries(maps)) {
    const wrong = map.find((value) => !Number.isFinite(value));
    if (wrong === undefined) continue;
    throw new Error(
      `Cannot evaluate: ${name}'s map of ${path} holds ${wrong}, expected finite numbers; ` +
        "if it is the student's, train it again with a smaller --lr",
    );
  }
}
