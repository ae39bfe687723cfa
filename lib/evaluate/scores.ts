/**
 * The measures of one prediction side by side, and their means over photos.
 *
 * @module
 */
import {
  clampedBinaryCrossEntropy,
  klDivergence,
  meanAbsoluteError,
  pearsonCorrelation,
  similarity,
} from "../metrics/metrics.ts";

/** How close predicted maps are to the teacher's, of one photo or in the mean over several. */
export interface Scores {
  /** Binary cross-entropy, in nats; lower is better. */
  readonly bce: number;
  /** Mean absolute error; lower is better. */
  readonly meanAbsoluteError: number;
  /** Pearson's correlation; higher is better. */
  readonly cc: number;
  /** Similarity, the histogram intersection; higher is better. */
  readonly sim: number;
  /** Kullback-Leibler divergence from the teacher, in nats; lower is better. */
  readonly kl: number;
}

/**
 * Scores one predicted map.
 *
 * @param prediction float32 [gridHeight·gridWidth], in [0, 1].
 * @param teacher The teacher's map divided by its maximum, likewise.
 * @throws {TypeError} When the maps differ in length.
 */
export function scoreMap(prediction: Float32Array, teacher: Float32Array): Scores {
  return {
    bce: clampedBinaryCrossEntropy(prediction, teacher),
    meanAbsoluteError: meanAbsoluteError(prediction, teacher),
    cc: pearsonCorrelation(prediction, teacher),
    sim: similarity(prediction, teacher),
    kl: klDivergence(prediction, teacher),
  };
}

/** The mean of each measure over photos, of which there is at least one. */
export function meanScores(scores: readonly Scores[]): Scores {
  const mean = (measure: keyof Scores) =>
    scores.reduce((sum, score) => sum + score[measure], 0) / scores.length;
  return {
    bce: mean("bce"),
    meanAbsoluteError: mean("meanAbsoluteError"),
    cc: mean("cc"),
    sim: mean("sim"),
    kl: mean("kl"),
  };
}
