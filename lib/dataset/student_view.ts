/**
 * What a student sees of prepared photos.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensor2D, Tensor4D } from "../backend/tensors.ts";
import type { RgbImage } from "../image/rgb_image.ts";
import { pixelTensor } from "../model/pixel_tensor.ts";
import type { StudentDescription } from "../model/student_checkpoint.ts";
import { numPatchesOf } from "../model/vit_config.ts";
import { Random } from "../random/random.ts";
import { resizeImages } from "./degrade.ts";
import { hidePatches } from "./mask.ts";
import { strategyViewOf, type ViewSizes } from "./strategy_views.ts";

// Shape letters: B batch, V visible patches.

/** A student's input; the caller disposes the tensors. */
export interface StudentView {
  /** float32, [B, height, width, 3], degraded and normalised, of the student's image size. */
  readonly images: Tensor4D;
  /** int32, [B, V]: the patches that enter the encoder; absent when all do. */
  readonly visible?: Tensor2D;
}

/** A prepared photo, for instance an {@linkcode RgbImage}, and what its mask is drawn from. */
export interface ViewedPhoto {
  /** uint8 from 0 to 255 or float32 from 0 to 1, HWC, of the view's size. */
  readonly data: Uint8Array | Float32Array;
  /** Decides what `MAE` hides, e.g. seed, epoch and path: equal keys, and none, hide the same patches. */
  readonly maskKey?: readonly (string | number)[];
}

/**
 * Degrades prepared photos as a student was made for.
 *
 * Degraded photos are resized to the student's size unless they have it already; where the strategy hides
 * patches, they are drawn per photo.
 *
 * @param description What the student takes.
 * @param photos Of the size `description.view.imageSize`.
 * @returns The tensors, which the caller disposes.
 */
export function viewPhotos(
  photos: readonly ViewedPhoto[],
  description: StudentDescription,
): StudentView {
  const { model, view, degradation } = description;
  const strategy = strategyViewOf(degradation);
  const images = tf.tidy(() => {
    // normalised while they are copied: resampling weighs to 1, so that the order does not matter
    const pixels = pixelTensor(photos.map(({ data }) => data), {
      ...model.preprocessing,
      imageSize: view.imageSize,
    });
    return resizeImages(strategy.degrade?.(pixels, degradation) ?? pixels, model.config.imageSize);
  });
  if (!strategy.drawVisible) return { images };
  const masks = photos.map((photo) => drawVisible(photo, description));
  const rows = masks.map((mask) => [...mask]);
  return { images, visible: tf.tensor2d(rows, [rows.length, rows[0].length], "int32") };
}

/**
 * Paints what {@linkcode viewPhotos} shows a student of one photo.
 *
 * @param photo Of the size `description.view.imageSize`.
 * @param description What the student takes.
 * @returns uint8 HWC: small where the student takes the small image, hidden patches grey.
 */
export async function paintView(
  photo: ViewedPhoto,
  description: StudentDescription,
): Promise<RgbImage> {
  const { model: { config, preprocessing } } = description;
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
  if (!visible) return image;
  return hidePatches(image, drawVisible(photo, description), config);
}

/**
 * Says in words what a student sees, e.g. `44×44 pixels of 224×224`.
 *
 * @param description What the student takes.
 * @returns Words for a table or a caption.
 */
export function describeView(description: StudentDescription): string {
  const { degradation } = description;
  return strategyViewOf(degradation).describe(degradation, sizesOf(description));
}

/**
 * What share of the photo's pixels (`DOWNSIZE`) or patches (`MAE`) the student gets, in (0, 1].
 *
 * @param description What the student takes.
 */
export function seenShareOf(description: StudentDescription): number {
  const { degradation } = description;
  return strategyViewOf(degradation).seenShare(degradation, sizesOf(description));
}

/**
 * Says why a student would see nothing, in the name of the option that asks for it.
 *
 * @param description What the student takes.
 * @returns `undefined` when it sees something.
 */
export function objectionTo(description: Omit<StudentDescription, "grid">): string | undefined {
  const { degradation } = description;
  return strategyViewOf(degradation).objection?.(degradation, sizesOf(description));
}

function drawVisible({ maskKey = [] }: ViewedPhoto, description: StudentDescription): Int32Array {
  const { degradation } = description;
  const random = Random.from("mask", ...maskKey);
  return strategyViewOf(degradation).drawVisible!(random, degradation, sizesOf(description));
}

function sizesOf({ view, model }: Omit<StudentDescription, "grid">): ViewSizes {
  return { imageSize: view.imageSize, numPatches: numPatchesOf(model.config) };
}
