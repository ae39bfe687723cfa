/**
 * Measures of whether a prediction finds the patches that the teacher looks at most.
 *
 * @module
 */
import { requireSameLength } from "./map_pair.ts";
import { meanRanks } from "./ranks.ts";

/** What share of the teacher's patches counts as those it looks at most. */
export interface TopOptions {
  /** In (0, 1]; the number of patches is rounded, and at least 1. */
  readonly share: number;
}

/**
 * AUC: the probability that a patch among the teacher's {@linkcode topPatches} is predicted higher than one
 * that is not, a tie counting ½; from 0 to 1, ½ where a map is constant. By the ranks of Mann & Whitney 1947
 * (Annals of Mathematical Statistics 18:50–60): (R − n₊(n₊ + 1)/2)/(n₊·n₋), R the positives' sum of ranks.
 *
 * As AUC-Judd takes fixated pixels for positives and all others for negatives: Bylinskii et al. 2018,
 * arXiv:1604.03605.
 *
 * @param prediction [G].
 * @param teacher [G].
 * @throws {TypeError} When the maps differ in length.
 * @throws {RangeError} When the share is not in (0, 1].
 */
export function areaUnderCurve(
  prediction: Float32Array,
  teacher: Float32Array,
  { share }: TopOptions,
): number {
  requireSameLength({ prediction, teacher });
  const positives = topPatches(teacher, { share });
  const negatives = teacher.length - positives.length;
  if (positives.length === 0 || negatives === 0) return 0.5;
  const ranks = meanRanks(prediction);
  const sumOfRanks = positives.reduce((sum, patch) => sum + ranks[patch], 0);
  const least = positives.length * (positives.length + 1) / 2;
  return (sumOfRanks - least) / (positives.length * negatives);
}

/**
 * The share of the teacher's {@linkcode topPatches} that are among as many of the prediction's highest;
 * where patches tie for the last places, the expectation over all ways to choose among them, so that a
 * constant prediction gets what chance does. From 0 to 1; 0 for a constant teacher, which has no top.
 *
 * @param prediction [G].
 * @param teacher [G].
 * @throws {TypeError} When the maps differ in length.
 * @throws {RangeError} When the share is not in (0, 1].
 */
export function topRecall(
  prediction: Float32Array,
  teacher: Float32Array,
  { share }: TopOptions,
): number {
  requireSameLength({ prediction, teacher });
  const wanted = topPatches(teacher, { share });
  if (wanted.length === 0) return 0;
  const least = prediction.toSorted()[prediction.length - wanted.length];
  const above = prediction.filter((value) => value > least).length;
  const tied = prediction.filter((value) => value === least).length;
  const chance = (wanted.length - above) / tied;
  const found = wanted.reduce((sum, patch) => {
    const value = prediction[patch];
    return sum + (value > least ? 1 : value === least ? chance : 0);
  }, 0);
  return found / wanted.length;
}

/**
 * The patches of the highest values: those at or above the k-th highest, k = max(1, round(share·G)), so that
 * ties for the last place are all in. Where they would reach down to the smallest value, as in a one-hot
 * map, only those above it; so a constant map has none.
 *
 * @param map [G].
 * @returns Their indices, rising.
 * @throws {RangeError} When the share is not in (0, 1].
 */
export function topPatches(map: Float32Array, { share }: TopOptions): number[] {
  if (!(share > 0 && share <= 1)) {
    throw new RangeError(`Cannot choose top patches: share is ${share}, expected above 0, up to 1`);
  }
  const sorted = map.toSorted();
  const k = Math.max(1, Math.round(share * map.length));
  const [least, kth] = [sorted[0], sorted[map.length - k]];
  const patches = Array.from(map, (_, patch) => patch);
  return patches.filter((patch) => map[patch] >= kth && map[patch] > least);
}
