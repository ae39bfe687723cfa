/**
 * A held-out photo with every map that is scored on it.
 *
 * @module
 */
import type { RgbImage } from "../image/rgb_image.ts";

/** A held-out photo, the teacher's map of it, and what is predicted; G = gridHeight·gridWidth. */
export interface ScoredPhoto {
  /** Relative to the data set, with `/`. */
  readonly path: string;
  /** As it was prepared for the teacher. */
  readonly pixels: RgbImage;
  /** The teacher's map divided by its maximum: float32 [G]. */
  readonly teacherMap: Float32Array;
  /** By predictor, the student's under `student`: float32 [G], in [0, 1]. */
  readonly maps: Readonly<Record<string, Float32Array>>;
}
