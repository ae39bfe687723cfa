/**
 * The teacher itself as a predictor: of the student's view, and of the mirrored photo.
 *
 * Shape letters: G = gridHeight·gridWidth.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensor4D } from "../backend/tensors.ts";
import { resizeImages } from "../dataset/degrade.ts";
import { paintView } from "../dataset/student_view.ts";
import type { RgbImage } from "../image/rgb_image.ts";
import type { StudentDescription } from "../model/student_checkpoint.ts";
import { divideByMaximum } from "../rollout/divide_by_maximum.ts";
import type { PredictorEntry } from "../run/evaluation_file.ts";
import type { Teacher } from "../teacher/teacher.ts";
import type { MapPredictor, PreparedPhoto } from "./map_predictor.ts";
import { viewedPhoto } from "./student_predictor.ts";

/**
 * Predicts the teacher's own map of what the student sees: why train at all?
 *
 * The view is painted in 8 bits, `DOWNSIZE` pixelated, `MAE` with the same patches hidden under grey (the
 * teacher takes all its tokens), and enlarged to the teacher's size, bilinear, where the student's is
 * smaller.
 */
export function degradedTeacher(
  entry: PredictorEntry,
  { teacher, description, seed }: {
    teacher: Teacher;
    description: StudentDescription;
    seed: number;
  },
): MapPredictor {
  const paint = async (photo: PreparedPhoto) => {
    const view = await paintView(viewedPhoto(photo, { seed }), description);
    return resizePicture(view, teacher.preprocessing.imageSize);
  };
  const predict = async (photos: readonly PreparedPhoto[]) =>
    await mapsOf(teacher, await Promise.all(photos.map(paint)));
  return { ...entry, predict };
}

/**
 * Predicts the teacher's map of the mirrored photo, mirrored back: what remains of the teacher's agreement
 * with itself when nothing about the scene has changed, and so about the best that a student can do. But not
 * in KL, IG and BCE: they punish zeros, of which maps of discarded attention are full and a student's are not.
 */
export function mirroredTeacher(
  entry: PredictorEntry,
  { teacher }: { teacher: Teacher },
): MapPredictor {
  const [, gridWidth] = teacher.grid;
  const predict = async (photos: readonly PreparedPhoto[]) => {
    const mirrored = photos.map(({ pixels }) => ({
      ...pixels,
      data: mirrorRows(pixels.data, { width: pixels.width, channels: 3 }),
    }));
    const maps = await mapsOf(teacher, mirrored);
    return maps.map((map) => mirrorRows(map, { width: gridWidth, channels: 1 }));
  };
  return { ...entry, predict };
}

/** The teacher's maps, each divided by its maximum: float32 [G] a photo. */
async function mapsOf(teacher: Teacher, images: readonly RgbImage[]): Promise<Float32Array[]> {
  const maps = await teacher.maps(images);
  const size = maps.length / images.length;
  return images.map((_, image) => divideByMaximum(maps.slice(image * size, (image + 1) * size)));
}

/** Swaps left and right: rows of `width` places, each of several values. */
function mirrorRows<T extends Uint8Array | Float32Array>(
  values: T,
  { width, channels }: { width: number; channels: number },
): T {
  const mirrored = values.slice() as T;
  for (let place = 0; place < values.length / channels; place++) {
    const column = place % width;
    const from = (place - column + width - 1 - column) * channels;
    for (let c = 0; c < channels; c++) mirrored[place * channels + c] = values[from + c];
  }
  return mirrored;
}

async function resizePicture(
  picture: RgbImage,
  [height, width]: readonly [height: number, width: number],
): Promise<RgbImage> {
  if (picture.height === height && picture.width === width) return picture;
  const resized = tf.tidy(() => {
    const { height: from, width: across, data } = picture;
    const pixels = tf.tensor4d(Float32Array.from(data), [1, from, across, 3]) as Tensor4D;
    return resizeImages(pixels, [height, width]).round();
  });
  const values = await resized.data();
  resized.dispose();
  return { height, width, data: Uint8Array.from(values) };
}
