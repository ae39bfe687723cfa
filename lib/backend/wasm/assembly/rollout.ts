// The class token's row of the rollout, taken through the layers of one image.
import { at, madd, sumOfLanes } from "./vector";

/** Digits of a bit pattern: 11 + 11 + 10 bits; 2048 counts stay in the processor's first cache. */
const DIGIT_BITS: u32 = 11;
const BINS: i32 = 1 << DIGIT_BITS;

/** Bytes of scratch that {@linkcode kthSmallest} needs for `size` entries. */
export function selectionScratchBytes(size: i32): i32 {
  return (2 * BINS + size) << 2;
}

/**
 * The k-th smallest of `size` non-negative entries, k from 1. The bit patterns of non-negative float32
 * numbers, read as integers, are ordered as the numbers are: the pattern is found digit by digit, each
 * time among the entries that begin with the digits known.
 */
export function kthSmallest(values: usize, size: i32, k: i32, scratch: usize): f32 {
  const candidates = scratch + (<usize> (2 * BINS) << 2);
  let from = values;
  let count = size;
  let rank = k;
  let known: u32 = 0;
  for (let shift: i32 = 21; shift >= 0; shift = shift === 21 ? 10 : shift - 10) {
    const mask: u32 = shift === 0 ? 0x3ff : 0x7ff;
    countDigits(from, count, shift, mask, scratch);
    let digit: u32 = 0;
    let inBin = load<i32>(scratch);
    while (rank > inBin) {
      rank -= inBin;
      digit++;
      inBin = load<i32>(scratch + <usize> (digit << 2));
    }
    known |= digit << shift;
    let kept = 0;
    for (let i = 0; i < count; i++) {
      const bits = load<u32>(at(from, i));
      store<u32>(at(candidates, kept), bits); // without a branch: overwritten unless it is kept
      kept += i32((bits >>> shift & mask) === digit);
    }
    from = candidates;
    count = kept;
  }
  return reinterpret<f32>(known);
}

/**
 * Counts how often each digit occurs. Neighbours often share theirs: counted in turns in two places, an
 * addition need not wait for the one before it.
 */
function countDigits(from: usize, count: i32, shift: i32, mask: u32, bins: usize): void {
  const otherBins = bins + (<usize> BINS << 2);
  memory.fill(bins, 0, <usize> (2 * BINS) << 2);
  const even = count & ~1;
  for (let i = 0; i < even; i += 2) {
    const bin = bins + <usize> ((load<u32>(at(from, i)) >>> shift & mask) << 2);
    const otherBin = otherBins + <usize> ((load<u32>(at(from, i), 4) >>> shift & mask) << 2);
    store<i32>(bin, load<i32>(bin) + 1);
    store<i32>(otherBin, load<i32>(otherBin) + 1);
  }
  if (even < count) {
    const bin = bins + <usize> ((load<u32>(at(from, even)) >>> shift & mask) << 2);
    store<i32>(bin, load<i32>(bin) + 1);
  }
  for (let i = 0; i < BINS; i += 4) {
    const sum = i32x4.add(v128.load(at(bins, i)), v128.load(at(otherBins, i)));
    v128.store(at(bins, i), sum);
  }
}

/** Zeroes what is not above `limit`, except the flat index 0; returns nothing. */
function discard(matrix: usize, kept: usize, size: i32, limit: f32): void {
  const full = size & ~3;
  const limits = f32x4.splat(limit);
  for (let i = 0; i < full; i += 4) {
    const entries = v128.load(at(matrix, i));
    v128.store(at(kept, i), v128.and(entries, f32x4.gt(entries, limits)));
  }
  for (let i = full; i < size; i++) {
    const entry = load<f32>(at(matrix, i));
    store<f32>(at(kept, i), entry > limit ? entry : 0);
  }
  store<f32>(kept, load<f32>(matrix));
}

function sumOf(row: usize, size: i32): f32 {
  const full = size & ~3;
  let lanes = f32x4.splat(0);
  for (let j = 0; j < full; j += 4) lanes = f32x4.add(lanes, v128.load(at(row, j)));
  let sum = sumOfLanes(lanes);
  for (let j = full; j < size; j++) sum += load<f32>(at(row, j));
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
  const size = tokens * tokens;
  const result = scratch;
  let kept = matrix;
  if (discardCount > 0) {
    kept = at(scratch, tokens);
    const selection = at(kept, size);
    discard(matrix, kept, size, kthSmallest(matrix, size, discardCount, selection));
  }
  memory.fill(result, 0, (<usize> tokens) << 2);
  for (let i = 0; i < tokens; i++) {
    const entries = at(kept, i * tokens);
    let factor = load<f32>(at(row, i));
    if (!byColumn) {
      if (factor === 0) continue;
      factor /= sumOf(entries, tokens) + 1;
    }
    if (factor !== 0) addScaled(result, entries, tokens, factor);
    store<f32>(at(result, i), load<f32>(at(result, i)) + factor);
  }
  if (byColumn) {
    for (let j = 0; j < tokens; j++) {
      const divisor = sumOf(at(kept, j * tokens), tokens) + 1;
      store<f32>(at(result, j), load<f32>(at(result, j)) / divisor);
    }
  }
  memory.copy(row, result, (<usize> tokens) << 2);
}

/** Bytes of scratch that {@linkcode rolloutStep} needs. */
export function rolloutScratchBytes(tokens: i32): i32 {
  return ((tokens + tokens * tokens) << 2) + selectionScratchBytes(tokens * tokens);
}
