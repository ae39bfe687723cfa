/**
 * How far a prediction's highest patch is from the teacher's.
 *
 * @module
 */
import { requireSameLength } from "./map_pair.ts";

/** A grid or a photo's size. */
export type Size = readonly [height: number, width: number];

/**
 * The distance between the peaks of both maps, in pixels of the photo that they divide into a grid; a peak is
 * the middle of its patch, of several equal ones the mean of their middles: a constant map's is the middle of
 * the photo.
 *
 * @param prediction [gridHeight·gridWidth].
 * @param teacher [gridHeight·gridWidth].
 * @throws {TypeError} When the maps differ in length, or are not of the grid.
 */
export function peakDistance(
  prediction: Float32Array,
  teacher: Float32Array,
  { grid, imageSize }: { grid: Size; imageSize: Size },
): number {
  requireSameLength({ prediction, teacher });
  if (prediction.length !== grid[0] * grid[1]) {
    throw new TypeError(
      `Cannot compare peaks: grid is ${grid.join("×")}, expected ${prediction.length} patches`,
    );
  }
  const [[y0, x0], [y1, x1]] = [prediction, teacher].map((map) => peakOf(map, grid));
  return Math.hypot((y0 - y1) * imageSize[0] / grid[0], (x0 - x1) * imageSize[1] / grid[1]);
}

/** In patches, from the first patch's middle. */
function peakOf(map: Float32Array, [, gridWidth]: Size): [y: number, x: number] {
  const maximum = map.reduce((largest, value) => Math.max(largest, value), -Infinity);
  const [sum, count] = map.reduce(
    ([[y, x], count], value, patch) =>
      value === maximum
        ? [[y + Math.floor(patch / gridWidth), x + patch % gridWidth], count + 1]
        : [[y, x], count],
    [[0, 0], 0],
  );
  return [sum[0] / count, sum[1] / count];
}
