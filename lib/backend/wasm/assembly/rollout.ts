// The class token's row of the rollout, taken through the layers of one image.
import { kthSmallest, selectionScratchBytes } from "./kth_smallest";
import { at, madd, sumOfLanes } from "./vector";

/** Copies a row, zero in place of what is not above `limit`, and returns the sum. */
function keepAbove(row: usize, kept: usize, size: i32, limit: f32): f32 {
  const full = size & ~3;
  const limits = f32x4.splat(limit);
  let lanes = f32x4.splat(0);
  for (let j = 0; j < full; j += 4) {
    const entries = v128.load(at(row, j));
    const above = v128.and(entries, f32x4.gt(entries, limits));
    v128.store(at(kept, j), above);
    lanes = f32x4.add(lanes, above);
  }
  let sum = sumOfLanes(lanes);
  for (let j = full; j < size; j++) {
    const entry = load<f32>(at(row, j));
    const above: f32 = entry > limit ? entry : 0;
    store<f32>(at(kept, j), above);
    sum += above;
  }
  return sum;
}

/** y += factor·x */
function addScaled(y: usize, x: usize, size: i32, factor: f32): void {
  const full = size & ~3;
  const factors = f32x4.splat(factor);
  for (let j = 0; j < full; j += 4) {
    v128.store(at(y, j), madd(v128.load(at(x, j)), factors, v128.load(at(y, j))));
  }
  for (let j = full; j < size; j++) {
    store<f32>(at(y, j), load<f32>(at(y, j)) + load<f32>(at(x, j)) * factor);
  }
}

/**
 * row ← row·a for one layer's matrix A [tokens, tokens] of one image, a = (A + I)/2 normalised, after the
 * `discardCount` smallest entries of A were zeroed. With the row sums s of A, a_ij is
 * (A_ij + δ_ij)/(s_i + 1), or with `byColumn` (A_ij + δ_ij)/(s_j + 1), as the widely used code has it.
 *
 * @param scratch {@linkcode rolloutScratchBytes} bytes.
 */
export function rolloutStep(
  matrix: usize,
  row: usize,
  tokens: i32,
  discardCount: i32,
  byColumn: bool,
  scratch: usize,
): void {
  const result = scratch;
  const divisors = at(scratch, tokens);
  const kept = at(scratch, 2 * tokens);
  const selection = at(scratch, 3 * tokens);
  const limit: f32 = discardCount > 0
    ? kthSmallest(matrix, tokens * tokens, discardCount, selection)
    : -1; // nothing lies below
  memory.fill(result, 0, (<usize> tokens) << 2);
  for (let i = 0; i < tokens; i++) {
    let factor = load<f32>(at(row, i));
    if (factor === 0 && !byColumn) continue;
    const entries = at(matrix, i * tokens);
    let divisor = keepAbove(entries, kept, tokens, limit) + 1;
    if (i === 0 && load<f32>(matrix) <= limit) {
      store<f32>(kept, load<f32>(matrix)); // CLS→CLS stays
      divisor += load<f32>(matrix);
    }
    store<f32>(at(divisors, i), divisor);
    if (!byColumn) factor /= divisor;
    if (factor !== 0) addScaled(result, kept, tokens, factor);
    store<f32>(at(result, i), load<f32>(at(result, i)) + factor);
  }
  if (byColumn) {
    for (let j = 0; j < tokens; j++) {
      store<f32>(at(result, j), load<f32>(at(result, j)) / load<f32>(at(divisors, j)));
    }
  }
  memory.copy(row, result, (<usize> tokens) << 2);
}

/** Bytes of scratch that {@linkcode rolloutStep} needs. */
export function rolloutScratchBytes(tokens: i32): i32 {
  return ((3 * tokens) << 2) + selectionScratchBytes(tokens * tokens);
}
