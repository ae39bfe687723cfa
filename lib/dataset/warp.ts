/**
 * Resamples a picture through a homography.
 *
 * @module
 */
import { roundHalfEven } from "../image/round_half_even.ts";
import type { Homography, PictureSize } from "./homography.ts";

/** Interleaved samples on the host: a picture (three channels) or a map (one). */
export interface Raster extends PictureSize {
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
  const sampleRow = interpolation === "nearest"
    ? sampleNearest
    : channels === 3
    ? samplePixels
    : sampleBilinear;
  const places = { rows: new Float64Array(width), columns: new Float64Array(width) };
  for (let row = 0; row < height; row++) {
    locateRow(row, { height, width, homography, places });
    sampleRow(source, places, moved.subarray(row * width * channels, (row + 1) * width * channels));
  }
  return moved;
}

/** Where the samples of one row of the result are read: rows and columns of the source, not rounded. */
interface Places {
  readonly rows: Float64Array;
  readonly columns: Float64Array;
}

function locateRow(
  row: number,
  { height, width, homography, places: { rows, columns } }: PictureSize & {
    homography: Homography;
    places: Places;
  },
): void {
  const [a, b, c, d, e, f, g, h, i] = homography;
  const y = (row + 0.5) / height;
  for (let column = 0; column < width; column++) {
    const x = (column + 0.5) / width;
    const depth = g * x + h * y + i;
    columns[column] = (a * x + b * y + c) / depth * width - 0.5;
    rows[column] = (d * x + e * y + f) / depth * height - 0.5;
  }
}

/** Writes one row of the result; a whole row at once, for a call a pixel would cost more than its work. */
type RowSampler = (source: Raster, places: Places, moved: Float32Array) => void;

const sampleBilinear: RowSampler = (source, { rows, columns }, moved) => {
  for (let column = 0; column < source.width; column++) {
    samplePlace(source, rows[column], columns[column], moved, column * source.channels);
  }
};

/** As {@linkcode sampleBilinear} for three channels, which are written out where all neighbours exist. */
const samplePixels: RowSampler = (source, { rows, columns }, moved) => {
  const { data, height, width } = source;
  for (let column = 0, target = 0; column < width; column++, target += 3) {
    const sourceRow = rows[column];
    const sourceColumn = columns[column];
    const isInside = sourceRow >= 0 && sourceRow < height - 1 &&
      sourceColumn >= 0 && sourceColumn < width - 1;
    if (!isInside) {
      samplePlace(source, sourceRow, sourceColumn, moved, target);
      continue;
    }
    const top = Math.floor(sourceRow);
    const left = Math.floor(sourceColumn);
    const lower = sourceRow - top;
    const right = sourceColumn - left;
    const upperLeft = (1 - lower) * (1 - right);
    const upperRight = (1 - lower) * right;
    const lowerLeft = lower * (1 - right);
    const lowerRight = lower * right;
    const p = (top * width + left) * 3;
    const q = p + width * 3;
    moved[target] = upperLeft * data[p] + upperRight * data[p + 3] +
      lowerLeft * data[q] + lowerRight * data[q + 3];
    moved[target + 1] = upperLeft * data[p + 1] + upperRight * data[p + 4] +
      lowerLeft * data[q + 1] + lowerRight * data[q + 4];
    moved[target + 2] = upperLeft * data[p + 2] + upperRight * data[p + 5] +
      lowerLeft * data[q + 2] + lowerRight * data[q + 5];
  }
};

/** Writes one sample of any number of channels; plain numbers in, so that the loop allocates nothing. */
function samplePlace(
  { data, height, width, channels }: Raster,
  row: number,
  column: number,
  moved: Float32Array,
  target: number,
): void {
  // also true for the NaN of a point on the horizon
  if (!(column > -1 && column < width && row > -1 && row < height)) return;
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
}

const sampleNearest: RowSampler = (source, { rows, columns }, moved) => {
  const { data, height, width, channels } = source;
  for (let column = 0; column < width; column++) {
    const row = roundHalfEven(rows[column]);
    const sourceColumn = roundHalfEven(columns[column]);
    // also false for the NaN of a point on the horizon
    if (!(row >= 0 && row < height && sourceColumn >= 0 && sourceColumn < width)) continue;
    const source = (row * width + sourceColumn) * channels;
    for (let channel = 0; channel < channels; channel++) {
      moved[column * channels + channel] = data[source + channel];
    }
  }
};
