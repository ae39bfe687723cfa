/**
 * What an evaluation says.
 *
 * @module
 */
import type { Scores } from "./scores.ts";

/** Who predicts: the student, and beside it two baselines that do not look at the photo. */
export type Predictor = "student" | "meanMap" | "gaussian";

/** The scores of the student and of the baselines. */
export type ScoresByPredictor = Readonly<Record<Predictor, Scores>>;

/** The scores of one photo. */
export interface ImageScores extends ScoresByPredictor {
  /** Relative to the data set, with `/`. */
  readonly path: string;
}

/** What an evaluation came to. */
export interface Evaluation {
  /** The student's file. */
  readonly checkpoint: string;
  /** Photos scored. */
  readonly photos: number;
  /** Photos that the mean training map is made of. */
  readonly trainingPhotos: number;
  /** The share held out that divided them. */
  readonly holdout: number;
  /** SHA-256 of the list of the data set's paths: what a checkpoint says it was trained on. */
  readonly datasetSha256: string;
  /** Height and width of a map, in patches. */
  readonly grid: readonly [gridHeight: number, gridWidth: number];
  /** What the student saw of a photo, in words. */
  readonly view: string;
  /** Means over the photos. */
  readonly metrics: ScoresByPredictor;
  /** The scores of each photo, in order of path. */
  readonly perImage: readonly ImageScores[];
}
