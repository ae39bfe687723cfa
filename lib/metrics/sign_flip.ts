/**
 * Whether a difference between two predictors is real.
 *
 * @module
 */
import { type IntegerSource, requireRows } from "./bootstrap.ts";

/** How a sign-flip test is done. */
export interface SignFlipOptions {
  /** Where signs are drawn from: the same source, the same p value. */
  readonly random: IntegerSource;
  /** How many sets of signs are drawn, where there are too many to try all; 9999 by default. */
  readonly flips?: number;
}

/** Up to so many pairs all sets of signs are tried: 4096. */
const MOST_EXACT_PAIRS = 12;

/** Signs drawn at once: bits of one whole number. */
const BITS = 24;

/** Sums that differ by rounding alone are equal; relative to the sum of absolute differences. */
const TOLERANCE = 1e-12;

/**
 * The p value, two-sided, of differences between pairs: how often their mean would be at least as far from 0
 * if each could as well have the other sign. All sets of signs are tried for up to 12 pairs; beyond, they
 * are drawn, and p = (count + 1)/(flips + 1) counts the observed one in.
 *
 * Fisher 1935, The Design of Experiments, §21; Phipson & Smyth 2010 (Statistical Applications in Genetics
 * and Molecular Biology 9:39) for the drawn sets.
 *
 * @returns In (0, 1]; 1 where all differences are 0.
 * @throws {RangeError} When there is no difference, or `flips` is not a positive integer.
 */
export function signFlipTest(differences: ArrayLike<number>, options: SignFlipOptions): number {
  return signFlipTests([differences], options)[0];
}

/**
 * {@linkcode signFlipTest} of several columns, such as measures, whose rows, such as photos, are flipped
 * together: one drawing of signs serves them all.
 *
 * @param columns Each of the same length.
 * @throws {RangeError} When there is no difference, or `flips` is not a positive integer.
 * @throws {TypeError} When the columns differ in length.
 */
export function signFlipTests(
  columns: readonly ArrayLike<number>[],
  { random, flips = 9999 }: SignFlipOptions,
): number[] {
  const numPairs = requireRows(columns, "test differences");
  if (!Number.isInteger(flips) || flips < 1) {
    throw new RangeError(`Cannot test differences: flips is ${flips}, expected a positive integer`);
  }
  const isExact = numPairs <= MOST_EXACT_PAIRS;
  const trials = isExact ? 2 ** numPairs : flips;
  const least = columns.map(leastExtreme);
  const counts = columns.map(() => 0);
  const signs = new Float64Array(numPairs);
  for (let trial = 0; trial < trials; trial++) {
    fillSigns(signs, isExact ? () => trial : () => random.integer(0, 2 ** BITS));
    for (const [index, column] of columns.entries()) {
      if (Math.abs(signedSum(column, signs)) >= least[index]) counts[index]++;
    }
  }
  return counts.map((count) => isExact ? count / trials : (count + 1) / (trials + 1));
}

/** The smallest sum that counts as being as far from 0 as the observed one. */
function leastExtreme(differences: ArrayLike<number>): number {
  let [sum, absolute] = [0, 0];
  for (let i = 0; i < differences.length; i++) {
    sum += differences[i];
    absolute += Math.abs(differences[i]);
  }
  return Math.abs(sum) - TOLERANCE * absolute;
}

function fillSigns(signs: Float64Array, nextBits: () => number): void {
  let bits = 0;
  for (let i = 0; i < signs.length; i++) {
    if (i % BITS === 0) bits = nextBits();
    signs[i] = bits & 1 ? -1 : 1;
    bits >>= 1;
  }
}

function signedSum(differences: ArrayLike<number>, signs: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < signs.length; i++) sum += signs[i] * differences[i];
  return sum;
}
