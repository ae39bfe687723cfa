/**
 * Resamples a picture through a homography.
 *
 * @module
 */
import { roundHalfEven } from "../image/round_half_even.ts";
import type { Homography, Size } from "./homography.ts";

/** Interleaved samples on the host: a picture (three channels) or a map (one). */
export interface Raster extends Size {
  /** `[height, width, channels]`, row by row. */
  readonly data: Float32Array | Uint8Array;
  /** Samples at each place. */
  readonly channels: number;
}

/**
 * Moves a raster: each sample of the result is read where the homography points, zero outside.
 *
 * `bilinear` weighs the four neighbours, those outside as zero; `nearest` rounds half to even. Both
 * are PyTorch's `grid_sample(align_corners=False, padding_mode="zeros")`, as torchvision uses it.
 *
 * @param homography Result point → source point, in sides of the picture.
 * @returns Float32 `[height, width, channels]` in the source's units.
 * @throws {TypeError} When the data do not fill the raster.
 */
export function warp(
  source: Raster,
  homography: Homography,
  { interpolation = "bilinear" }: { interpolation?: "bilinear" | "nearest" } = {},
): Float32Array {
  const { data, height, width, channels } = source;
  if (data.length !== height * width * channels) {
    throw new TypeError(
      `Cannot warp: data holds ${data.length} samples, ` +
        `expected ${height}×${width}×${channels} = ${height * width * channels}`,
    );
  }
  const moved = new Float32Array(data.length);
  const sample = interpolation === "bilinear" ? sampleBilinear : sampleNearest;
  const [a, b, c, d, e, f, g, h, i] = homography;
  for (let row = 0, target = 0; row < height; row++) {
    const y = (row + 0.5) / height;
    for (let column = 0; column < width; column++, target += channels) {
      const x = (column + 0.5) / width;
      const depth = g * x + h * y + i;
      const sourceColumn = (a * x + b * y + c) / depth * width - 0.5;
      const sourceRow = (d * x + e * y + f) / depth * height - 0.5;
      // also false for the NaN of a point on the horizon
      if (sourceColumn > -1 && sourceColumn < width && sourceRow > -1 && sourceRow < height) {
        sample(source, sourceRow, sourceColumn, moved, target);
      }
    }
  }
  return moved;
}

/** Writes one sample; plain numbers in and an array out, so that the loop allocates nothing. */
type Sampler = (
  source: Raster,
  row: number,
  column: number,
  moved: Float32Array,
  target: number,
) => void;

const sampleBilinear: Sampler = ({ data, height, width, channels }, row, column, moved, target) => {
  const top = Math.floor(row);
  const left = Math.floor(column);
  const lower = row - top;
  const right = column - left;
  // neighbours outside weigh nothing; their index is never used
  const upperWeight = top >= 0 ? 1 - lower : 0;
  const lowerWeight = top + 1 < height ? lower : 0;
  const leftWeight = left >= 0 ? 1 - right : 0;
  const rightWeight = left + 1 < width ? right : 0;
  const upperLeft = (top * width + left) * channels;
  const lowerLeft = upperLeft + width * channels;
  for (let channel = 0; channel < channels; channel++) {
    let sum = 0;
    const p = upperLeft + channel;
    const q = lowerLeft + channel;
    if (upperWeight > 0) {
      if (leftWeight > 0) sum += upperWeight * leftWeight * data[p];
      if (rightWeight > 0) sum += upperWeight * rightWeight * data[p + channels];
    }
    if (lowerWeight > 0) {
      if (leftWeight > 0) sum += lowerWeight * leftWeight * data[q];
      if (rightWeight > 0) sum += lowerWeight * rightWeight * data[q + channels];
    }
    moved[target + channel] = sum;
  }
};

const sampleNearest: Sampler = ({ data, height, width, channels }, row, column, moved, target) => {
  const nearestRow = roundHalfEven(row);
  const nearestColumn = roundHalfEven(column);
  if (nearestRow < 0 || nearestRow >= height || nearestColumn < 0 || nearestColumn >= width) return;
  const source = (nearestRow * width + nearestColumn) * channels;
  for (let channel = 0; channel < channels; channel++) {
    moved[target + channel] = data[source + channel];
  }
};
