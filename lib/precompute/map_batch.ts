/**
 * What a teacher answers, checked.
 *
 * @module
 */
import type { RgbImage } from "../image/rgb_image.ts";
import type { Teacher } from "../teacher/teacher.ts";

/**
 * Has a teacher map a batch.
 *
 * @param batch B photos, prepared.
 * @returns Raw maps: [B, gridHeight, gridWidth].
 * @throws {TypeError} When the teacher gives another number of values.
 */
export async function mapBatch(
  batch: readonly RgbImage[],
  teacher: Teacher,
): Promise<Float32Array> {
  const maps = await teacher.maps(batch);
  const [gridHeight, gridWidth] = teacher.grid;
  const expected = batch.length * gridHeight * gridWidth;
  if (maps.length === expected) return maps;
  throw new TypeError(
    `Cannot precompute: the teacher's maps have ${maps.length} values, expected ` +
      `${batch.length} · ${gridHeight} · ${gridWidth}`,
  );
}
