/**
 * Measures of the order of the patches, whatever their values.
 *
 * @module
 */
import { requireSameLength } from "./map_pair.ts";
import { pearsonCorrelation } from "./metrics.ts";

/**
 * Spearman's correlation: Pearson's of the ranks, equal values sharing their mean rank; from −1 to 1, 0 when
 * either map is constant.
 *
 * Spearman 1904 (American Journal of Psychology 15:72–101).
 *
 * @param prediction [G].
 * @param teacher [G].
 * @throws {TypeError} When the maps differ in length.
 */
export function spearmanCorrelation(prediction: Float32Array, teacher: Float32Array): number {
  requireSameLength({ prediction, teacher });
  return pearsonCorrelation(meanRanks(prediction), meanRanks(teacher));
}

/**
 * Ranks values from 1 for the smallest; equal ones share the mean of their ranks.
 *
 * @returns As many ranks, halves among them.
 */
export function meanRanks(values: Float32Array): Float32Array {
  const order = Uint32Array.from(values, (_, index) => index)
    .sort((a, b) => values[a] - values[b]);
  const ranks = new Float32Array(values.length);
  let end = 0;
  for (let start = 0; start < order.length; start = end) {
    const value = values[order[start]];
    while (end < order.length && values[order[end]] === value) end++;
    for (const index of order.subarray(start, end)) ranks[index] = (start + 1 + end) / 2;
  }
  return ranks;
}
