/**
 * The maps whose order of patches is put to the test.
 *
 * @module
 */
import { Random } from "../random/random.ts";
import type { ScoredPhoto } from "./scored_photo.ts";

/** A random map, the same for a seed and a path: its order of patches is one that knows nothing. */
export const RANDOM = "random";

/** Of a photo's maps those that take part: the student, and what does not look at the photo. */
const contenders = ["student", "gaussian", "meanMap"];

/**
 * The teacher's own map under `teacher`, the student's under `student`, the centred Gaussian and the mean
 * training map, as far as they are among the photo's maps, and a random map.
 *
 * @returns By predictor: float32 [gridHeight·gridWidth].
 */
export function rankedMaps(
  { path, teacherMap, maps }: Pick<ScoredPhoto, "path" | "teacherMap" | "maps">,
  { seed }: { seed: number },
): Record<string, Float32Array> {
  const random = Random.from("random map", seed, path);
  return {
    teacher: teacherMap,
    ...Object.fromEntries(
      contenders.filter((name) => name in maps).map((name) => [name, maps[name]]),
    ),
    [RANDOM]: Float32Array.from(teacherMap, () => random.uniform()),
  };
}
