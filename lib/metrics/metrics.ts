/**
 * How close a predicted map is to the teacher's, by the measures of the saliency field.
 *
 * Shape letters: G = gridHeight·gridWidth. A map is float32 [G], nowhere negative. CC, SIM and KL do not
 * depend on a map's scale, nor do NSS and IG, the others do: there both maps are in [0, 1]. Where
 * distributions are compared, p = P/ΣP of the prediction and q = Q/ΣQ of the teacher; an all-zero map stays
 * zero. What goes by the order of the patches alone is in `ranks.ts` and `top_patches.ts`.
 *
 * @module
 */

import { EPSILON, mean, requireSameLength, sumOverDistributions, total } from "./map_pair.ts";

/** PyTorch's bound of the logarithms in `BCELoss`, which keeps the loss of a sure mistake finite. */
const LEAST_LOG = -100;

/**
 * Binary cross-entropy of probabilities: mean(−(y·max(ln p, −100) + (1 − y)·max(ln(1 − p), −100))).
 *
 * PyTorch's `BCELoss`: 0 for a right map of zeros and ones, 100 where every patch is wrong.
 *
 * @param prediction [G], in [0, 1].
 * @param teacher [G], in [0, 1].
 * @throws {TypeError} When the maps differ in length.
 */
export function clampedBinaryCrossEntropy(
  prediction: Float32Array,
  teacher: Float32Array,
): number {
  return mean({ prediction, teacher }, (p, y) => {
    const logOfOne = Math.max(Math.log(p), LEAST_LOG);
    const logOfZero = Math.max(Math.log1p(-p), LEAST_LOG);
    return -(y * logOfOne + (1 - y) * logOfZero);
  });
}

/**
 * Mean of |P − Q|.
 *
 * @param prediction [G], in [0, 1].
 * @param teacher [G], in [0, 1].
 * @throws {TypeError} When the maps differ in length.
 */
export function meanAbsoluteError(prediction: Float32Array, teacher: Float32Array): number {
  return mean({ prediction, teacher }, (p, q) => Math.abs(p - q));
}

/**
 * CC, Pearson's correlation: cov(P, Q)/(σ(P)·σ(Q)), from −1 to 1; 0 when either map is constant, where
 * the quotient is 0/0.
 *
 * Bylinskii et al. 2018, arXiv:1604.03605.
 *
 * @param prediction [G].
 * @param teacher [G].
 * @throws {TypeError} When the maps differ in length.
 */
export function pearsonCorrelation(prediction: Float32Array, teacher: Float32Array): number {
  const maps = { prediction, teacher };
  const meanP = mean(maps, (p) => p);
  const meanQ = mean(maps, (_, q) => q);
  const covariance = mean(maps, (p, q) => (p - meanP) * (q - meanQ));
  const varianceP = mean(maps, (p) => (p - meanP) ** 2);
  const varianceQ = mean(maps, (_, q) => (q - meanQ) ** 2);
  if (varianceP === 0 || varianceQ === 0) return 0;
  return covariance / Math.sqrt(varianceP * varianceQ);
}

/**
 * SIM, the histogram intersection of the distributions: Σ min(p, q), from 0 to 1; 0 when either map is
 * all zero.
 *
 * Bylinskii et al. 2018, arXiv:1604.03605.
 *
 * @param prediction [G].
 * @param teacher [G].
 * @throws {TypeError} When the maps differ in length.
 */
export function similarity(prediction: Float32Array, teacher: Float32Array): number {
  return sumOverDistributions({ prediction, teacher }, (p, q) => Math.min(p, q));
}

/**
 * KL, the divergence of the prediction from the teacher: Σ q·ln(ε + q/(p + ε)), ε = 2.2204·10⁻¹⁶, in
 * nats; 0 for equal maps and for an all-zero teacher, at most about 36 (for maps without a common patch).
 *
 * As the MIT/Tübingen saliency benchmark computes it: Bylinskii et al. 2018, arXiv:1604.03605.
 *
 * @param prediction [G].
 * @param teacher [G].
 * @throws {TypeError} When the maps differ in length.
 */
export function klDivergence(prediction: Float32Array, teacher: Float32Array): number {
  return sumOverDistributions(
    { prediction, teacher },
    (p, q) => q === 0 ? 0 : q * Math.log(EPSILON + q / (p + EPSILON)),
  );
}

/**
 * NSS weighted by the teacher's map: Σ q·(P − μ)/σ, with the mean μ and the population's standard deviation
 * σ of the prediction: how many σ it lies above its mean where the teacher looks. 0 for a constant
 * prediction, where the quotient is 0/0, and for an all-zero teacher.
 *
 * Peters et al. 2005 (Vision Research 45:2397–2416) for fixations; with a map in their place as in
 * Bylinskii et al. 2018, arXiv:1604.03605.
 *
 * @param prediction [G].
 * @param teacher [G].
 * @throws {TypeError} When the maps differ in length.
 */
export function normalisedScanpathSaliency(
  prediction: Float32Array,
  teacher: Float32Array,
): number {
  const maps = { prediction, teacher };
  const meanP = mean(maps, (p) => p);
  const sigma = Math.sqrt(mean(maps, (p) => (p - meanP) ** 2));
  if (sigma === 0) return 0;
  const sumQ = total(teacher) || 1;
  return mean(maps, (p, q) => q / sumQ * (p - meanP) / sigma) * prediction.length;
}

/**
 * IG, the information gained over a prior that does not look at the photo:
 * Σ q·(log₂(p + ε) − log₂(b + ε)), b = B/ΣB, ε = 2.2204·10⁻¹⁶, in bits a fixation; 0 for the prior itself
 * and for an all-zero teacher, negative where the prior knows better.
 *
 * Kümmerer et al. 2015 (PNAS 112:16054–16059), as pysaliency and Bylinskii et al. 2018, arXiv:1604.03605,
 * compute it; with a map in place of the fixations.
 *
 * @param prediction [G].
 * @param teacher [G].
 * @param options `prior` is [G].
 * @throws {TypeError} When the maps differ in length.
 */
export function informationGain(
  prediction: Float32Array,
  teacher: Float32Array,
  { prior }: { prior: Float32Array },
): number {
  requireSameLength({ prediction: prior, teacher });
  const sumB = total(prior) || 1;
  return sumOverDistributions({ prediction, teacher }, (p, q, patch) => {
    const b = prior[patch] / sumB;
    return q * (Math.log2(p + EPSILON) - Math.log2(b + EPSILON));
  });
}
