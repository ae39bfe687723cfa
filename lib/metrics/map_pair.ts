/**
 * Sums over the patches of a predicted map and the teacher's, in float64.
 *
 * @module
 */

/** The smallest step above 1 of a float64, which keeps the benchmark's KL finite. */
export const EPSILON = 2.2204e-16;

/** One term of a sum: of the prediction's value at a patch, the teacher's, and the patch's index. */
export type Term = (p: number, q: number, patch: number) => number;

/** Two maps of the same patches, G = gridHeight·gridWidth. */
export interface MapPair {
  /** [G]. */
  readonly prediction: Float32Array;
  /** [G]. */
  readonly teacher: Float32Array;
}

/**
 * Adds up a term of the patches' shares p = P/ΣP and q = Q/ΣQ; a map that is all zero stays so.
 *
 * @throws {TypeError} When the maps differ in length.
 */
export function sumOverDistributions(maps: MapPair, term: Term): number {
  const sumP = total(maps.prediction) || 1;
  const sumQ = total(maps.teacher) || 1;
  return sum(maps, (p, q, patch) => term(p / sumP, q / sumQ, patch));
}

/**
 * The mean of a term over the patches.
 *
 * @throws {TypeError} When the maps differ in length.
 */
export function mean(maps: MapPair, term: Term): number {
  return sum(maps, term) / maps.prediction.length;
}

/**
 * Refuses maps that do not have the same patches.
 *
 * @throws {TypeError} When the maps differ in length.
 */
export function requireSameLength({ prediction, teacher }: MapPair): void {
  if (prediction.length === teacher.length) return;
  throw new TypeError(
    `Cannot compare maps: the prediction has ${prediction.length} patches, expected the ` +
      `teacher's ${teacher.length}`,
  );
}

/** The sum of a map's values. */
export function total(map: Float32Array): number {
  return map.reduce((before, value) => before + value, 0);
}

function sum(maps: MapPair, term: Term): number {
  requireSameLength(maps);
  const { prediction, teacher } = maps;
  return prediction.reduce((before, p, patch) => before + term(p, teacher[patch], patch), 0);
}
