/**
 * What a student makes of prepared photos.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { StudentCheckpoint } from "../model/student_checkpoint.ts";
import { type ViewedPhoto, viewPhotos } from "./student_view.ts";

/**
 * Lets a student predict the maps of photos from what it sees of them.
 *
 * @param photos Any number, all of the size `description.view.imageSize`.
 * @param checkpoint The student, which stays the caller's.
 * @returns One a photo: float32 [gridHeight·gridWidth], in [0, 1].
 * @throws {TypeError} When a photo has another size.
 */
export async function predictMaps(
  photos: readonly ViewedPhoto[],
  { student, description }: Pick<StudentCheckpoint, "student" | "description">,
): Promise<Float32Array[]> {
  if (photos.length === 0) return [];
  const maps = tf.tidy(() => {
    const { images, visible } = viewPhotos(photos, description);
    return student.predict(images, visible);
  });
  try {
    const values = await maps.data<"float32">();
    const size = values.length / photos.length;
    return photos.map((_, photo) => values.subarray(photo * size, (photo + 1) * size));
  } finally {
    maps.dispose();
  }
}
