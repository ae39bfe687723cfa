/**
 * Antialiased resampling: of 8-bit pictures, bit for bit as PIL does it, and of float grids, as PyTorch.
 *
 * @module
 */
import {
  type Interpolation,
  type ResamplingWeights,
  resamplingWeights,
} from "./resampling_weights.ts";
import { assertRgbImage, type RgbImage } from "./rgb_image.ts";

/** PIL's fixed point for 8-bit channels: 32 bits less 8 for the value and 2 for overshoot and sign. */
const PRECISION_BITS = 22;
/** Begins a sum that is cut off behind the point, so that it is rounded, halves up. */
const HALF = 1 << (PRECISION_BITS - 1);

/** A part of a resized picture, in its pixels; it must lie inside. */
export interface Box {
  /** Columns left of the part. */
  readonly left: number;
  /** Rows above the part. */
  readonly top: number;
  /** Columns of the part. */
  readonly width: number;
  /** Rows of the part. */
  readonly height: number;
}

/**
 * Resizes a picture as PIL's `Image.resize` does, antialiased: columns first, then rows, in 22-bit fixed
 * point, each pass rounded (halves up) and clipped to 0…255.
 *
 * @param image The picture; it is not changed.
 * @param size The new width and height, in pixels.
 * @param options `interpolation`: the filter; `part`: what is wanted of the result, all by default, so that
 * no time goes into what a crop throws away.
 * @returns The part.
 * @throws {RangeError} When a size is not a positive integer.
 * @throws {TypeError} When the picture's data does not fill its size.
 */
export function resizeImage(
  image: RgbImage,
  size: { width: number; height: number },
  { interpolation, part = { left: 0, top: 0, ...size } }: {
    interpolation: Interpolation;
    part?: Box;
  },
): RgbImage {
  assertRgbImage(image, "resize image");
  assertSize("resize image", size.width, size.height);
  const columns = fixedPoint(resamplingWeights(image.width, size.width, {
    interpolation,
    part: { start: part.left, length: part.width },
  }));
  const rows = fixedPoint(resamplingWeights(image.height, size.height, {
    interpolation,
    part: { start: part.top, length: part.height },
  }));
  const needed = rowsNeeded(rows);
  const narrowed = narrowRows(image, { columns, rows: needed });
  const places = { ...rows, first: rows.first.map((row) => row - needed.start) };
  const data = mixRows(narrowed, places, { width: part.width * 3 });
  return { width: part.width, height: part.height, data };
}

/** The input's rows that any output reads: not those that a crop throws away. */
function rowsNeeded({ first, count }: FixedWeights): { start: number; end: number } {
  const start = first.reduce((least, row) => Math.min(least, row), Infinity);
  const end = first.reduce((most, row, i) => Math.max(most, row + count[i]), 0);
  return { start, end };
}

/**
 * Resamples a grid of vectors as PyTorch's `interpolate(…, antialias=True, align_corners=False)` does:
 * timm's way to fit position embeddings to another grid.
 *
 * @param data Float32 `[height, width, channels]`; it is not changed.
 * @param from `[height, width, channels]` of `data`.
 * @param to `[height, width]` of the result.
 * @param options `interpolation`: the filter, bicubic unless said otherwise.
 * @returns Float32 `[to[0], to[1], channels]`.
 * @throws {RangeError} When a size is not a positive integer.
 * @throws {TypeError} When `data` does not fill `from`.
 */
export function resampleGrid(
  data: Float32Array,
  from: readonly [height: number, width: number, channels: number],
  to: readonly [height: number, width: number],
  { interpolation = "bicubic" }: { interpolation?: Interpolation } = {},
): Float32Array {
  assertSize("resample grid", ...from, ...to);
  const [height, width, channels] = from;
  if (data.length !== height * width * channels) {
    throw new TypeError(
      `Cannot resample grid: data is ${data.length} values, expected ${from.join("·")}`,
    );
  }
  const columns = resamplingWeights(width, to[1], { interpolation });
  const rows = resamplingWeights(height, to[0], { interpolation });
  const narrowed = new Float32Array(height * to[1] * channels);
  const resampled = new Float32Array(to[0] * to[1] * channels);
  resampleAxis(data, narrowed, [height, width, channels], columns);
  resampleAxis(narrowed, resampled, [1, height, to[1] * channels], rows);
  return resampled;
}

/** Resamples the middle axis of `input` [outer, size, inner] into `output` [outer, new size, inner]. */
function resampleAxis(
  input: Float32Array,
  output: Float32Array,
  [outer, size, inner]: readonly [number, number, number],
  { first, count, weights, stride }: ResamplingWeights,
): void {
  let target = 0;
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < first.length; i++) {
      const source = (o * size + first[i]) * inner;
      for (let c = 0; c < inner; c++) {
        let sum = 0;
        for (let k = 0; k < count[i]; k++) {
          sum += input[source + k * inner + c] * weights[i * stride + k];
        }
        output[target++] = sum;
      }
    }
  }
}

/** Weights in fixed point: with 22 bits behind the point, sums of 8-bit samples fit into 32 bits. */
interface FixedWeights extends Omit<ResamplingWeights, "weights"> {
  readonly weights: Int32Array;
}

/** Resamples rows of a picture; the three channels are written out, which is three times as fast. */
function narrowRows(
  { width, data }: RgbImage,
  { columns, rows }: { columns: FixedWeights; rows: { start: number; end: number } },
): Uint8ClampedArray {
  const { first, count, weights, stride } = columns;
  const narrowed = new Uint8ClampedArray((rows.end - rows.start) * first.length * 3);
  let target = 0;
  for (let y = rows.start; y < rows.end; y++) {
    for (let i = 0; i < first.length; i++) {
      let red = HALF;
      let green = HALF;
      let blue = HALF;
      let source = (y * width + first[i]) * 3;
      const end = i * stride + count[i];
      for (let k = i * stride; k < end; k++, source += 3) {
        const weight = weights[k];
        red = (red + Math.imul(data[source], weight)) | 0;
        green = (green + Math.imul(data[source + 1], weight)) | 0;
        blue = (blue + Math.imul(data[source + 2], weight)) | 0;
      }
      narrowed[target++] = red >> PRECISION_BITS; // the clamped array does the clipping
      narrowed[target++] = green >> PRECISION_BITS;
      narrowed[target++] = blue >> PRECISION_BITS;
    }
  }
  return narrowed;
}

/** Resamples the rows of samples, `width` each: sums of whole rows, which memory holds in one piece. */
function mixRows(
  samples: Uint8ClampedArray,
  { first, count, weights, stride }: FixedWeights,
  { width }: { width: number },
): Uint8Array {
  const mixed = new Uint8ClampedArray(first.length * width);
  const sums = new Int32Array(width);
  for (let i = 0; i < first.length; i++) {
    sums.fill(HALF);
    for (let k = 0; k < count[i]; k++) {
      const weight = weights[i * stride + k];
      const source = (first[i] + k) * width;
      for (let x = 0; x < width; x++) sums[x] += Math.imul(samples[source + x], weight);
    }
    for (let x = 0; x < width; x++) mixed[i * width + x] = sums[x] >> PRECISION_BITS;
  }
  return new Uint8Array(mixed.buffer);
}

function fixedPoint({ weights: exact, ...places }: ResamplingWeights): FixedWeights {
  const one = 2 ** PRECISION_BITS;
  const weights = Int32Array.from(
    exact,
    (weight) => Math.trunc(weight * one + Math.sign(weight) * 0.5),
  );
  return { ...places, weights };
}

function assertSize(purpose: string, ...sizes: number[]): void {
  const wrong = sizes.find((size) => !Number.isInteger(size) || size < 1);
  if (wrong === undefined) return;
  throw new RangeError(`Cannot ${purpose}: size is ${wrong}, expected a positive integer`);
}
