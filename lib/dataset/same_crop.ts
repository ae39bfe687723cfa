/**
 * Keeps maps from being compared that are not about the same pixels.
 *
 * @module
 */
import type { Preprocessing } from "../image/preprocess.ts";
import type { StudentDescription } from "../model/student_checkpoint.ts";

/** What a map is about: how the photo was cropped, and how the crop is divided. */
export interface MapGeometry {
  /** How the photo becomes the crop; mean and standard deviation do not matter. */
  readonly preprocessing: Preprocessing;
  /** Height and width of the map, in patches. */
  readonly grid: readonly [gridHeight: number, gridWidth: number];
}

/**
 * Makes sure that maps are about the crop and the grid that a student was trained for.
 *
 * @param maps What the maps are about.
 * @param options `owner`: whose they are; `remedy`: what the user may do about it.
 * @throws {Error} When crop or grid differ; the message names both.
 */
export function requireSameCrop(
  maps: MapGeometry,
  { student: { view, grid }, owner, remedy }: {
    student: StudentDescription;
    owner: string;
    remedy: string;
  },
): void {
  const [actual, expected] = [maps, { preprocessing: view, grid }].map(describeGeometry);
  if (actual === expected) return;
  throw new Error(
    `Cannot compare maps: ${owner} has ${actual}, expected what the student was trained for, ` +
      `${expected}; ${remedy}, or choose another --checkpoint`,
  );
}

/** Says it in words, equal for equal ones: `14×14 patches of 224×224 pixels (center, 0.9, bicubic)`. */
function describeGeometry({ preprocessing, grid }: MapGeometry): string {
  const { imageSize, cropMode, cropPct, interpolation } = preprocessing;
  return `${grid.join("×")} patches of ${imageSize.join("×")} pixels ` +
    `(${cropMode}, ${cropPct}, ${interpolation})`;
}
