/**
 * What a student sees of one photo, and what it makes of it.
 *
 * @module
 */
import type { RgbImage } from "../image/rgb_image.ts";
import type { StudentCheckpoint } from "../model/student_checkpoint.ts";
import { divideByMaximum } from "../rollout/divide_by_maximum.ts";
import { predictMaps } from "./predict_maps.ts";
import { paintView, type ViewedPhoto } from "./student_view.ts";

/** A student's look at a photo. */
export interface StudentLook {
  /** What the student saw, as {@linkcode paintView} paints it. */
  readonly seen: RgbImage;
  /** Its map, divided by its maximum: float32 [gridHeight·gridWidth]. */
  readonly map: Float32Array;
}

/**
 * Lets a student, which stays the caller's, look at one photo.
 *
 * @param photo Of the size `description.view.imageSize`.
 * @param checkpoint The student, and what using it takes.
 * @returns Its map, and what it saw.
 */
export async function lookAt(
  photo: ViewedPhoto,
  checkpoint: Pick<StudentCheckpoint, "student" | "description">,
): Promise<StudentLook> {
  const [map] = await predictMaps([photo], checkpoint);
  const seen = await paintView(photo, checkpoint.description);
  return { seen, map: divideByMaximum(map) };
}
