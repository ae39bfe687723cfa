/**
 * How a photo is degraded before the student sees it.
 *
 * @module
 */

/** `DOWNSIZE`: the photo in ⌊size/factor⌋ pixels a side. */
export interface DownsizeDegradation {
  /** Names the kind. */
  readonly strategy: "DOWNSIZE";
  /** How many times fewer pixels a side, ≥ 1. */
  readonly factor: number;
}

/** `MAE`: most patches hidden, drawn anew for every image. */
export interface MaskDegradation {
  /** Names the kind. */
  readonly strategy: "MAE";
  /** Share of patches hidden, in [0, 1). */
  readonly maskRatio: number;
}

/** The degradation that a student was made for. */
export type Degradation = DownsizeDegradation | MaskDegradation;
