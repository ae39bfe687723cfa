/**
 * Augmented views of a photo that are mapped once and replayed later.
 *
 * @module
 */
import type { RgbImage } from "../image/rgb_image.ts";
import { Random } from "../random/random.ts";
import { augmentImage } from "./augment.ts";
import { type Augmentation, sampleAugmentation } from "./augmentation.ts";
import type { PictureSize } from "./homography.ts";

/**
 * The version of the code that draws augmentations and applies them. It counts up when either changes, for
 * then the pixels of a replayed view are no longer those that its map was made of.
 */
export const VIEW_GENERATOR_VERSION = 1;

/**
 * Draws the augmentation of one view, from nothing but its arguments.
 *
 * @param key Seed, path relative to the data set with `/`, and number of the view from 0.
 * @param size The prepared photo's sides, in pixels.
 */
export function drawView(
  { seed, path, view }: { seed: number; path: string; view: number },
  size: PictureSize,
): Augmentation {
  return sampleAugmentation(Random.from("view", seed, path, view), size);
}

/**
 * Paints one view of a photo: moved, coloured, rounded to the uint8 that teachers take. A replayed view is
 * painted likewise, so that a student learns from exactly the pixels that the teacher saw.
 *
 * @param photo Prepared for the teacher.
 */
export function paintAugmented(photo: RgbImage, augmentation: Augmentation): RgbImage {
  const { height, width } = photo;
  const image = augmentImage({ image: photo.data, height, width }, augmentation);
  return { height, width, data: roundPixels(image) };
}

/** The nearest of 256 steps (ties to even), within them. */
function roundPixels(image: Float32Array): Uint8Array {
  const rounded = new Uint8ClampedArray(image.length);
  for (let i = 0; i < image.length; i++) rounded[i] = image[i] * 255;
  return new Uint8Array(rounded.buffer);
}
