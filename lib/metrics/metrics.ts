/**
 * How close a predicted map is to the teacher's, by the measures of the saliency field.
 *
 * Shape letters: G = gridHeight·gridWidth. A map is float32 [G], nowhere negative. CC, SIM and KL do not
 * depend on a map's scale, the others do: there both maps are in [0, 1]. SIM and KL compare distributions,
 * p = P/ΣP of the prediction and q = Q/ΣQ of the teacher; an all-zero map stays zero.
 *
 * @module
 */

/** The smallest step above 1 of a float64, which keeps the benchmark's KL finite. */
const EPSILON = 2.2204e-16;

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

type Term = (p: number, q: number) => number;

interface MapPair {
  readonly prediction: Float32Array;
  readonly teacher: Float32Array;
}

function sumOverDistributions(maps: MapPair, term: Term): number {
  const sumP = total(maps.prediction) || 1; // a map that is all zero stays so
  const sumQ = total(maps.teacher) || 1;
  return sum(maps, (p, q) => term(p / sumP, q / sumQ));
}

function mean(maps: MapPair, term: Term): number {
  return sum(maps, term) / maps.prediction.length;
}

/** Adds up in float64. */
function sum({ prediction, teacher }: MapPair, term: Term): number {
  if (prediction.length !== teacher.length) {
    throw new TypeError(
      `Cannot compare maps: the prediction has ${prediction.length} patches, expected the ` +
        `teacher's ${teacher.length}`,
    );
  }
  return prediction.reduce((before, p, patch) => before + term(p, teacher[patch]), 0);
}

function total(map: Float32Array): number {
  return map.reduce((before, value) => before + value, 0);
}
