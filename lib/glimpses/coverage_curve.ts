/**
 * How much of a map some glimpses cover.
 *
 * @module
 */
import type { Glimpse } from "./next_glimpses.ts";

/**
 * The share of the teacher's attention, q = Q/ΣQ, that lies within the first 1…k glimpses; a patch counts
 * once, however often it is looked at.
 *
 * @param teacherMap float32 [gridHeight·gridWidth], nowhere negative.
 * @param glimpses In the order in which they are taken.
 * @returns As many shares as glimpses, none less than the one before; 0 each for an all-zero map.
 * @throws {RangeError} When a glimpse has a patch that the map lacks.
 */
export function coverageCurve(
  teacherMap: Float32Array,
  glimpses: readonly Pick<Glimpse, "patches">[],
): number[] {
  const total = teacherMap.reduce((sum, value) => sum + value, 0) || 1;
  const isCovered = new Uint8Array(teacherMap.length);
  let covered = 0;
  return glimpses.map(({ patches }) => {
    for (const patch of patches) {
      const value = teacherMap[patch];
      if (value === undefined) {
        throw new RangeError(
          `Cannot measure coverage: a glimpse has patch ${patch}, expected one of the map's ` +
            `${teacherMap.length}`,
        );
      }
      if (!isCovered[patch]) covered += value;
      isCovered[patch] = 1;
    }
    return Math.min(1, covered / total);
  });
}
