/**
 * Takes detail out of photos: what the student of the `DOWNSIZE` strategy sees.
 *
 * Shape letters: B batch, H height, W width.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensor4D } from "../backend/tensors.ts";

/**
 * Shrinks photos to ⌊side/factor⌋, bilinear and not antialiased: PyTorch's
 * `interpolate(mode="bilinear", align_corners=False)`.
 *
 * @param images Float32 `[B, H, W, 3]`, in any unit.
 * @param factor From 1 (no change) upwards; not necessarily whole.
 * @returns Float32 `[B, ⌊H/factor⌋, ⌊W/factor⌋, 3]`; the caller disposes it.
 * @throws {RangeError} When the factor is below 1, or so big that no pixel is left.
 */
export function downsize(images: Tensor4D, factor: number): Tensor4D {
  const [, height, width] = images.shape;
  const [smallHeight, smallWidth] = [Math.floor(height / factor), Math.floor(width / factor)];
  if (!(factor >= 1) || smallHeight < 1 || smallWidth < 1) {
    throw new RangeError(
      `Cannot downsize: factor is ${factor} for ${height}×${width} pixels, ` +
        `expected 1 to ${Math.min(height, width)}`,
    );
  }
  return resizeImages(images, [smallHeight, smallWidth]);
}

/**
 * Pixelates photos: {@linkcode downsize}, and back to their size in the same manner.
 *
 * @param images Float32 `[B, H, W, 3]`, in any unit.
 * @param factor From 1 (no change) upwards; not necessarily whole.
 * @param options Another size to come back to than the photos' own.
 * @returns Float32 `[B, outputHeight, outputWidth, 3]`; the caller disposes it.
 * @throws {RangeError} When the factor is below 1, or so big that no pixel is left.
 */
export function pixelate(
  images: Tensor4D,
  factor: number,
  { outputSize = [images.shape[1], images.shape[2]] }: {
    outputSize?: readonly [height: number, width: number];
  } = {},
): Tensor4D {
  return tf.tidy(() => resizeImages(downsize(images, factor), outputSize));
}

/**
 * Resizes images, bilinear and not antialiased, as PyTorch's `interpolate(mode="bilinear")` does; images
 * that have the size already are copied.
 *
 * @param images Float32 `[B, H, W, 3]`, in any unit.
 * @returns Float32 `[B, height, width, 3]`; the caller disposes it.
 */
export function resizeImages(
  images: Tensor4D,
  [height, width]: readonly [height: number, width: number],
): Tensor4D {
  if (images.shape[1] === height && images.shape[2] === width) return images.clone();
  const alignCorners = false;
  const halfPixelCenters = true;
  return tf.image.resizeBilinear(images, [height, width], alignCorners, halfPixelCenters);
}
