/**
 * What predicts the teacher's maps, the student or something to beat, and the simplest of them.
 *
 * @module
 */
import type { RolloutCache } from "../cache/rollout_cache.ts";
import type { RgbImage } from "../image/rgb_image.ts";
import { Random } from "../random/random.ts";
import { divideByMaximum } from "../rollout/divide_by_maximum.ts";
import type { PredictorEntry } from "../run/evaluation_file.ts";

/** A photo as it was prepared for the teacher. */
export interface PreparedPhoto {
  /** Relative to the data set, with `/`. */
  readonly path: string;
  /** The teacher's crop of it. */
  readonly pixels: RgbImage;
}

/** Predicts maps of photos; G = gridHeight·gridWidth. */
export interface MapPredictor extends PredictorEntry {
  /**
   * Predicts a batch.
   *
   * @returns A map a photo, float32 [G], in [0, 1].
   */
  predict(photos: readonly PreparedPhoto[]): Promise<Float32Array[]>;
}

/** Predicts the same map of every photo. */
export function constantPredictor(entry: PredictorEntry, map: Float32Array): MapPredictor {
  return { ...entry, predict: (photos) => Promise.resolve(photos.map(() => map)) };
}

/**
 * Predicts the teacher's map of another photo, drawn from the seed and the path among `others`, divided by
 * its maximum: what a real map has in common with any other.
 */
export function otherPhotoPredictor(
  entry: PredictorEntry,
  { cache, others, seed }: {
    cache: Pick<RolloutCache, "readMap">;
    others: readonly string[];
    seed: number;
  },
): MapPredictor {
  const predictOne = async ({ path }: PreparedPhoto) =>
    divideByMaximum(await cache.readMap(Random.from("other photo", seed, path).pick(others)));
  return { ...entry, predict: (photos) => Promise.all(photos.map(predictOne)) };
}
