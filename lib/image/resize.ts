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

/**
 * Resizes a picture as PIL's `Image.resize` does, antialiased: columns first, then rows, in 22-bit fixed
 * point, each pass rounded (halves up) and clipped to 0…255.
 *
 * @param image The picture; it is not changed.
 * @param size The new width and height, in pixels.
 * @param options `interpolation`: the filter.
 * @throws {RangeError} When a size is not a positive integer.
 * @throws {TypeError} When the picture's data does not fill its size.
 */
export function resizeImage(
  image: RgbImage,
  { width, height }: { width: number; height: number },
  { interpolation }: { interpolation: Interpolation },
): RgbImage {
  assertRgbImage(image, "resize image");
  assertSize("resize image", width, height);
  const columns = fixedPoint(resamplingWeights(image.width, width, { interpolation }));
  const rows = fixedPoint(resamplingWeights(image.height, height, { interpolation }));
  const narrowed = new Uint8ClampedArray(image.height * width * 3);
  const resized = new Uint8ClampedArray(height * width * 3);
  resampleAxis(image.data, narrowed, [image.height, image.width, 3], columns, roundFixedPoint);
  resampleAxis(narrowed, resized, [1, image.height, width * 3], rows, roundFixedPoint);
  return { width, height, data: new Uint8Array(resized.buffer) };
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
  resampleAxis(data, narrowed, [height, width, channels], columns, keep);
  resampleAxis(narrowed, resampled, [1, height, to[1] * channels], rows, keep);
  return resampled;
}

/** Resamples the middle axis of `input` [outer, size, inner] into `output` [outer, new size, inner]. */
function resampleAxis(
  input: ArrayLike<number>,
  output: Float32Array | Uint8ClampedArray,
  [outer, size, inner]: readonly [number, number, number],
  { first, count, weights, stride }: ResamplingWeights,
  finish: (sum: number) => number,
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
        output[target++] = finish(sum);
      }
    }
  }
}

function fixedPoint(exact: ResamplingWeights): ResamplingWeights {
  const one = 2 ** PRECISION_BITS;
  const weights = exact.weights.map((weight) => Math.trunc(weight * one + Math.sign(weight) * 0.5));
  return { ...exact, weights };
}

function roundFixedPoint(sum: number): number {
  return (sum + (1 << (PRECISION_BITS - 1))) >> PRECISION_BITS; // the clamped array does the clipping
}

function keep(sum: number): number {
  return sum;
}

function assertSize(purpose: string, ...sizes: number[]): void {
  const wrong = sizes.find((size) => !Number.isInteger(size) || size < 1);
  if (wrong === undefined) return;
  throw new RangeError(`Cannot ${purpose}: size is ${wrong}, expected a positive integer`);
}
