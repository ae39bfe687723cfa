/**
 * What a student sees of prepared photos.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensor2D, Tensor4D } from "../backend/tensors.ts";
import type { MaskDegradation } from "../config/degradation.ts";
import type { RgbImage } from "../image/rgb_image.ts";
import { pixelTensor } from "../model/pixel_tensor.ts";
import type { StudentDescription } from "../model/student_checkpoint.ts";
import { numPatchesOf } from "../model/vit_config.ts";
import { Random } from "../random/random.ts";
import { pixelate, resizeImages } from "./degrade.ts";
import { hidePatches, sampleVisiblePatches } from "./mask.ts";

// Shape letters: B batch, V visible patches.

/** A student's input; the caller disposes the tensors. */
export interface StudentView {
  /** float32, [B, height, width, 3], degraded and normalised, of the student's image size. */
  readonly images: Tensor4D;
  /** int32, [B, V]: the patches that enter the encoder; absent when all do. */
  readonly visible?: Tensor2D;
}

/** A prepared photo, and what its mask is drawn from. */
export interface ViewedPhoto {
  /** uint8 from 0 to 255 or float32 from 0 to 1, HWC, of the view's size. */
  readonly pixels: Uint8Array | Float32Array;
  /** Decides what is hidden, e.g. seed, epoch and path: equal keys hide the same patches. */
  readonly maskKey: readonly (string | number)[];
}

/**
 * Degrades prepared photos as a student was made for.
 *
 * `DOWNSIZE`: to ⌊size/factor⌋, and back to the student's size unless the student is built for the small
 * one. `MAE`: patches are drawn per photo (He et al. 2021, arXiv:2111.06377).
 *
 * @param photos Of the size `description.view.imageSize`.
 */
export function viewPhotos(
  photos: readonly ViewedPhoto[],
  description: StudentDescription,
): StudentView {
  const { model, view, degradation } = description;
  const images = tf.tidy(() => {
    // normalised while they are copied: resampling weighs to 1, so that the order does not matter
    const pixels = pixelTensor(photos.map((photo) => photo.pixels), {
      ...model.preprocessing,
      imageSize: view.imageSize,
    });
    const outputSize = model.config.imageSize;
    return degradation.strategy === "DOWNSIZE"
      ? pixelate(pixels, degradation.factor, { outputSize })
      : resizeImages(pixels, outputSize);
  });
  if (degradation.strategy !== "MAE") return { images };
  const masks = photos.map((photo) => drawVisible(photo, description));
  const rows = masks.map((mask) => [...mask]);
  return { images, visible: tf.tensor2d(rows, [rows.length, rows[0].length], "int32") };
}

/**
 * Paints what {@linkcode viewPhotos} shows a student of one photo.
 *
 * @returns uint8 HWC: small where the student takes the small image, hidden patches grey.
 */
export async function paintView(
  photo: ViewedPhoto,
  description: StudentDescription,
): Promise<RgbImage> {
  const { model: { config, preprocessing }, degradation } = description;
  const { images, visible } = viewPhotos([photo], description);
  const { mean, std } = preprocessing;
  const values = await images.data<"float32">();
  tf.dispose([images, visible ?? []]);
  const [height, width] = config.imageSize;
  const data = Uint8Array.from(
    values,
    (value, i) => Math.min(255, Math.max(0, Math.round((value * std[i % 3] + mean[i % 3]) * 255))),
  );
  const image: RgbImage = { width, height, data };
  if (degradation.strategy !== "MAE") return image;
  return hidePatches(image, drawVisible(photo, description), config);
}

/** Says in words what a student sees, e.g. `44×44 pixels of 224×224`. */
export function describeView(description: StudentDescription): string {
  const { view: { imageSize }, degradation, model: { config } } = description;
  if (degradation.strategy === "MAE") {
    const hidden = Math.round(degradation.maskRatio * 100);
    return `${100 - hidden} % of ${numPatchesOf(config)} patches`;
  }
  const small = imageSize.map((side) => Math.floor(side / degradation.factor));
  return `${small.join("×")} pixels of ${imageSize.join("×")}`;
}

/** What share of the photo's pixels (`DOWNSIZE`) or patches (`MAE`) the student gets, in (0, 1]. */
export function seenShareOf(
  { view: { imageSize: [height, width] }, degradation, model: { config } }: StudentDescription,
): number {
  if (degradation.strategy === "MAE") {
    const patches = numPatchesOf(config);
    return Math.floor(patches * (1 - degradation.maskRatio)) / patches; // as sampleVisiblePatches() rounds
  }
  const { factor } = degradation;
  return Math.floor(height / factor) * Math.floor(width / factor) / (height * width);
}

function drawVisible(
  { maskKey }: ViewedPhoto,
  { model, degradation }: StudentDescription,
): Int32Array {
  const { maskRatio } = degradation as MaskDegradation;
  return sampleVisiblePatches(Random.from("mask", ...maskKey), {
    numPatches: numPatchesOf(model.config),
    maskRatio,
  });
}
