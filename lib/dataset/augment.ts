/**
 * Moves a photo and its rollout map together, and colours the photo.
 *
 * @module
 */
import { divideByMaximum } from "../rollout/divide_by_maximum.ts";
import type { Augmentation } from "./augmentation.ts";
import { jitterColours } from "./colour_jitter.ts";
import {
  compose,
  type Homography,
  horizontalFlip,
  perspective,
  type PictureSize,
  rotation,
  translation,
  verticalFlip,
} from "./homography.ts";
import { warp } from "./warp.ts";

/** A photo and the map that belongs to it, on the host. */
export interface MappedImage extends PictureSize {
  /** `[height, width, 3]`; uint8 from 0 to 255 or float32 from 0 to 1. */
  readonly image: Uint8Array | Float32Array;
  /** `[gridHeight, gridWidth]`, nowhere negative. */
  readonly map: Float32Array;
  /** Rows of the map. */
  readonly gridHeight: number;
  /** Columns of the map. */
  readonly gridWidth: number;
}

/** A moved photo and map, the photo as float32 from 0 to 1. */
export interface AugmentedImage {
  /** `[height, width, 3]`. */
  readonly image: Float32Array;
  /** `[gridHeight, gridWidth]`, its maximum 1, or all zero. */
  readonly map: Float32Array;
}

/**
 * Applies an augmentation to a photo and its map: one composed warp with one bilinear resampling of
 * each, then the colours of the photo, then the map divided by its maximum again.
 *
 * Where the order of the steps is horizontal flip, vertical flip, rotation, perspective, colour,
 * translation, the colours here come after the translation too. That keeps one resampling, and the
 * black that rotation and perspective bring in still counts in contrast's mean grey; only the few
 * rows that translation brings in are coloured as well, instead of staying black.
 *
 * @param source The photo and its map; neither is changed.
 * @param augmentation As `sampleAugmentation()` draws it.
 * @returns The photo in [0, 1] and the map, moved alike.
 * @throws {TypeError} When the photo or the map do not have the stated size.
 */
export function augmentJointly(source: MappedImage, augmentation: Augmentation): AugmentedImage {
  const { gridHeight, gridWidth } = source;
  const image = augmentImage(source, augmentation);
  const motion = motionOf(augmentation, source);
  const map = warp({ data: source.map, height: gridHeight, width: gridWidth, channels: 1 }, motion);
  return { image, map: divideByMaximum(map) };
}

/**
 * The part of {@linkcode augmentJointly} that concerns the photo.
 *
 * @param source The photo; it is not changed.
 * @returns Float32 from 0 to 1, `[height, width, 3]`.
 * @throws {TypeError} When the photo does not have the stated size.
 */
export function augmentImage(
  { image: data, height, width }: PictureSize & Pick<MappedImage, "image">,
  augmentation: Augmentation,
): Float32Array {
  const image = warp(
    { data, height, width, channels: 3 },
    motionOf(augmentation, { height, width }),
  );
  if (data instanceof Uint8Array) {
    for (let i = 0; i < image.length; i++) image[i] /= 255;
  }
  jitterColours(image, augmentation.colour);
  return image;
}

/**
 * The geometric steps of an augmentation as one matrix.
 *
 * @param size The photo's sides: its map turns by the photo's shape, not by its own.
 */
export function motionOf(augmentation: Augmentation, size: PictureSize): Homography {
  const { flipHorizontal, flipVertical, rotationDegrees, translate } = augmentation;
  const steps: Homography[] = [];
  if (flipHorizontal) steps.push(horizontalFlip);
  if (flipVertical) steps.push(verticalFlip);
  steps.push(rotation(rotationDegrees, size));
  if (augmentation.perspective) {
    const { startpoints, endpoints } = augmentation.perspective;
    steps.push(perspective(startpoints, endpoints));
  }
  steps.push(translation(...translate));
  return compose(...steps);
}
