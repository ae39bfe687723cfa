/**
 * From a photo of any size to the pixels that a model sees: timm's evaluation transform.
 *
 * @module
 */
import type { Interpolation } from "./resampling_weights.ts";
import { type Box, resizeImage } from "./resize.ts";
import type { RgbImage } from "./rgb_image.ts";
import { roundHalfEven } from "./round_half_even.ts";

/** How a model wants its pictures: timm's `pretrained_cfg`. */
export interface Preprocessing {
  /** What the model takes, in pixels. */
  readonly imageSize: readonly [height: number, width: number];
  /** Share of the resized picture's short side that the crop keeps. */
  readonly cropPct: number;
  /** Filter of the resize. */
  readonly interpolation: Interpolation;
  /** `center` keeps the aspect ratio and crops; `squash` ignores it. */
  readonly cropMode: "center" | "squash";
  /** Subtracted from the channels (0…1) on the backend. */
  readonly mean: readonly [number, number, number];
  /** Divides the channels after that. */
  readonly std: readonly [number, number, number];
}

interface Size {
  readonly width: number;
  readonly height: number;
}

interface Resize extends Size {
  readonly interpolation: Interpolation;
}

/**
 * Resizes and crops a photo as timm's evaluation transform does, up to the 8-bit crop; the normalisation
 * by mean and std is left to the backend.
 *
 * The short side goes to ⌊size / cropPct⌋ (`squash`: both sides do), antialiased; then the middle is
 * cropped, and black is added where the picture is too small.
 *
 * @param image The photo; it is not changed.
 * @param preprocessing The model's wishes.
 * @returns A picture of exactly `imageSize`.
 * @throws {RangeError} When `cropPct` is not positive or a size not a positive integer.
 */
export function preprocessImage(image: RgbImage, preprocessing: Preprocessing): RgbImage {
  const { cropPct, imageSize } = preprocessing;
  if (!(cropPct > 0)) {
    throw new RangeError(`Cannot preprocess image: cropPct is ${cropPct}, expected more than 0`);
  }
  const { interpolation, ...size } = planResize(image, preprocessing);
  if (size.width === image.width && size.height === image.height) {
    return cropCentre(image, imageSize);
  }
  const part = centreOf(size, imageSize);
  return cropCentre(resizeImage(image, size, { interpolation, part }), imageSize);
}

function planResize(image: RgbImage, preprocessing: Preprocessing): Resize {
  const { imageSize, cropPct, cropMode, interpolation } = preprocessing;
  const [height, width] = imageSize.map((size) => Math.floor(size / cropPct));
  if (cropMode === "squash") return { width, height, interpolation };
  if (width === height) return { ...fitShortSide(image, width), interpolation };
  // For a rectangle timm turns to a resize of its own, which ignores the interpolation asked for.
  const ratio = Math.min(image.height / height, image.width / width);
  return {
    width: roundHalfEven(image.width / ratio),
    height: roundHalfEven(image.height / ratio),
    interpolation: "bilinear",
  };
}

function fitShortSide({ width, height }: RgbImage, size: number): Size {
  return width <= height
    ? { width: size, height: Math.trunc(size * height / width) }
    : { width: Math.trunc(size * width / height), height: size };
}

/** What the crop keeps of a resized picture; all of it along a side that is too short. */
function centreOf(size: Size, [height, width]: readonly [number, number]): Box {
  return {
    left: Math.max(cropOffset(size.width, width), 0),
    top: Math.max(cropOffset(size.height, height), 0),
    width: Math.min(size.width, width),
    height: Math.min(size.height, height),
  };
}

function cropCentre(image: RgbImage, [height, width]: readonly [number, number]): RgbImage {
  if (image.width === width && image.height === height) return image;
  const left = cropOffset(image.width, width);
  const top = cropOffset(image.height, height);
  const data = new Uint8Array(height * width * 3);
  const firstRow = Math.max(0, -top);
  const lastRow = Math.min(height, image.height - top);
  for (let y = firstRow; y < lastRow; y++) {
    const start = (y + top) * image.width;
    const row = image.data.subarray(
      (start + Math.max(left, 0)) * 3,
      (start + Math.min(left + width, image.width)) * 3,
    );
    data.set(row, (y * width + Math.max(-left, 0)) * 3);
  }
  return { width, height, data };
}

/** Where the crop begins along one side; negative where black is added before the picture. */
function cropOffset(size: number, cropSize: number): number {
  return size < cropSize
    ? -Math.floor((cropSize - size) / 2)
    : roundHalfEven((size - cropSize) / 2);
}
