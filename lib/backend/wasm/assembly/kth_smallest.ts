// Exact selection of the k-th smallest entry, without sorting.
import { at } from "./vector";

/** Digits of a bit pattern: 11 + 11 + 10 bits; 2048 counts stay in the processor's first cache. */
const DIGIT_BITS: u32 = 11;
const BINS: i32 = 1 << DIGIT_BITS;

/** Bytes of scratch that {@linkcode kthSmallest} needs for `size` entries. */
export function selectionScratchBytes(size: i32): i32 {
  return (2 * BINS + size) << 2;
}

/** One entry in so many is looked at for a first guess; it shares no factor with usual numbers of tokens. */
const SAMPLE_STRIDE: i32 = 17;

/**
 * The k-th smallest of `size` non-negative entries, k from 1.
 *
 * Where few entries are larger, most are passed over: those below a bound that a sample gives. Should the
 * bound turn out too high, all entries are looked at.
 */
export function kthSmallest(values: usize, size: i32, k: i32, scratch: usize): f32 {
  const sampleSize = size / SAMPLE_STRIDE;
  const share = <f32> k / <f32> size;
  // four standard deviations of a sample's rank below the wanted one
  const margin: f32 = <f32> 4 * sqrt<f32>(<f32> sampleSize * share * (1 - share)) + 1;
  const sampleRank = <i32> (<f32> sampleSize * share - margin);
  if (sampleRank < sampleSize / 2) return select(values, size, k, scratch);

  const candidates = candidatesPlace(scratch);
  for (let i = 0; i < sampleSize; i++) {
    store<u32>(at(candidates, i), load<u32>(at(values, i * SAMPLE_STRIDE)));
  }
  const bound = select(candidates, sampleSize, sampleRank, scratch);
  const kept = keepFrom(values, size, bound, candidates);
  const below = size - kept;
  if (below >= k) return select(values, size, k, scratch);
  return select(candidates, kept, k - below, scratch);
}

/** Copies the entries that are not below a bound, and returns their number. */
function keepFrom(values: usize, size: i32, bound: f32, to: usize): i32 {
  const bounds = f32x4.splat(bound);
  const full = size & ~3;
  let kept = 0;
  for (let i = 0; i < full; i += 4) {
    const from = at(values, i);
    const mask = i32x4.bitmask(f32x4.ge(v128.load(from), bounds));
    if (mask === 0) continue;
    for (let lane = 0; lane < 4; lane++) {
      store<u32>(at(to, kept), load<u32>(at(from, lane)));
      kept += mask >> lane & 1;
    }
  }
  for (let i = full; i < size; i++) {
    const entry = load<f32>(at(values, i));
    store<f32>(at(to, kept), entry);
    kept += i32(entry >= bound);
  }
  return kept;
}

// @ts-ignore: decorator
@inline
function candidatesPlace(scratch: usize): usize {
  return scratch + (<usize> (2 * BINS) << 2);
}

/**
 * The k-th smallest of all: the bit patterns of non-negative float32 numbers, read as integers, are
 * ordered as the numbers are. The pattern is found digit by digit, each time among the entries that begin
 * with the digits known.
 */
function select(values: usize, size: i32, k: i32, scratch: usize): f32 {
  const candidates = candidatesPlace(scratch);
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
