/**
 * What the teacher and its student make of one photo.
 *
 * @module
 */
import type { CroppedPhoto } from "../dataset/read_photos.ts";
import { lookAt } from "../dataset/student_look.ts";
import type { RgbImage } from "../image/rgb_image.ts";
import type { StudentCheckpoint } from "../model/student_checkpoint.ts";
import { divideByMaximum } from "../rollout/divide_by_maximum.ts";
import { pearsonCorrelation } from "../metrics/metrics.ts";
import type { TeacherMaps } from "./teacher_maps.ts";

/** One photo: what was seen of it, and what came out. */
export interface Comparison extends Pick<CroppedPhoto, "path" | "crop"> {
  /** What the student saw. */
  readonly seen: RgbImage;
  /** The teacher's map, divided by its maximum: [gridHeight, gridWidth]. */
  readonly teacherMap: Float32Array;
  /** Whether that lay in the cache, so that the teacher was not needed. */
  readonly isCached: boolean;
  /** The student's map, divided by its maximum: [gridHeight, gridWidth]. */
  readonly studentMap: Float32Array;
  /** Pearson's correlation of the two, −1 to 1; 0 where one is constant. */
  readonly correlation: number;
}

/** Who looks at the photo. */
export interface Comparing {
  /** The student, which stays the caller's. */
  readonly checkpoint: Pick<StudentCheckpoint, "student" | "description">;
  /** The teacher, which stays the caller's. */
  readonly teacher: TeacherMaps;
  /** What a mask is drawn from, with the photo's path. */
  readonly seed: number;
}

/**
 * Lets teacher and student look at one photo.
 *
 * @throws As {@linkcode TeacherMaps.mapOf} does.
 */
export async function compareMaps(
  photo: CroppedPhoto,
  { checkpoint, teacher, seed }: Comparing,
): Promise<Comparison> {
  const { path, crop } = photo;
  const { map, isCached } = await teacher.mapOf(photo);
  const teacherMap = divideByMaximum(map);
  const viewed = { data: crop.data, maskKey: [seed, "visualise", path] };
  const { seen, map: studentMap } = await lookAt(viewed, checkpoint);
  const correlation = pearsonCorrelation(studentMap, teacherMap);
  return { path, crop, seen, teacherMap, isCached, studentMap, correlation };
}
