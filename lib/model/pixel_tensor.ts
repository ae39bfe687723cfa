/**
 * Pixels on their way to a model's input.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensor4D } from "../backend/tensors.ts";

/** Mean and standard deviation of R, G and B in [0, 1], as a model was trained with. */
export interface Normalisation {
  /** Subtracted from the channels. */
  readonly mean: readonly [number, number, number];
  /** Divides the channels after that. */
  readonly std: readonly [number, number, number];
}

/**
 * Puts images on the backend as (x − mean)/std.
 *
 * @param images Each uint8 [H·W·3] from 0 to 255, or float32 from 0 to 1; R, G and B interleaved.
 * @param options `imageSize` is [H, W]; `mean` and `std` as the model's.
 * @returns float32, [B, H, W, 3]; the caller disposes it.
 * @throws {TypeError} When an image does not have that size.
 */
export function pixelTensor(
  images: readonly (Uint8Array | Float32Array)[],
  { imageSize: [height, width], mean, std }: Normalisation & {
    readonly imageSize: readonly [height: number, width: number];
  },
): Tensor4D {
  const size = height * width * 3;
  const pixels = new Float32Array(images.length * size);
  const tables = bytesNormalised({ mean, std });
  for (const [index, image] of images.entries()) {
    if (image.length !== size) {
      throw new TypeError(
        `Cannot read pixels: image ${index} has ${image.length} values, expected ${height}·${width}·3`,
      );
    }
    const target = pixels.subarray(index * size, (index + 1) * size);
    if (image instanceof Uint8Array) normaliseBytes(image, target, tables);
    else normaliseFloats(image, target, { mean, std });
  }
  return tf.tensor4d(pixels, [images.length, height, width, 3]);
}

/** What each byte becomes in each channel: 256 divisions instead of one a sample. */
function bytesNormalised({ mean, std }: Normalisation): Float32Array[] {
  const bytes = Array.from({ length: 256 }, (_, byte) => byte / 255);
  return mean.map((_, channel) =>
    Float32Array.from(bytes, (value) => (value - mean[channel]) / std[channel])
  );
}

function normaliseBytes(
  image: Uint8Array,
  target: Float32Array,
  [red, green, blue]: readonly Float32Array[],
): void {
  for (let i = 0; i < image.length; i += 3) {
    target[i] = red[image[i]];
    target[i + 1] = green[image[i + 1]];
    target[i + 2] = blue[image[i + 2]];
  }
}

function normaliseFloats(
  image: Float32Array,
  target: Float32Array,
  { mean: [meanRed, meanGreen, meanBlue], std: [stdRed, stdGreen, stdBlue] }: Normalisation,
): void {
  for (let i = 0; i < image.length; i += 3) {
    target[i] = (image[i] - meanRed) / stdRed;
    target[i + 1] = (image[i + 1] - meanGreen) / stdGreen;
    target[i + 2] = (image[i + 2] - meanBlue) / stdBlue;
  }
}
