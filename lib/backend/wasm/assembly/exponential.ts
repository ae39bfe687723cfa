// eˣ and what the normal distribution needs of it.
//
// Engines build a vector constant anew wherever it is used, which costs more than the arithmetic. The
// constants are therefore kept in the heap and loaded, four lanes from one float32, and two vectors are
// worked on at a time, so that each is loaded for both: with that, half the time of the plain loop.
import { madd } from "./vector";

/** ln of the smallest normal float32: below, e^x counts as 0. */
const SMALLEST: usize = 0;
/** 1.5·2²³: added to a number below 2²², it leaves the nearest integer in the lowest bits. */
const ROUNDER: usize = 4;
const LOG2_E: usize = 8;
/** −ln 2 in two parts, so that n·ln 2 loses nothing. */
const MINUS_LN2_HIGH: usize = 12;
const MINUS_LN2_LOW: usize = 16;
/** Of Cephes' `expf` (S. Moshier), highest power first. */
const EXP5: usize = 20;
const EXP4: usize = 24;
const EXP3: usize = 28;
const EXP2: usize = 32;
const EXP1: usize = 36;
const EXP0: usize = 40;
const ONE: usize = 44;
const HALF: usize = 48;
const MINUS_HALF: usize = 52;
const SQRT_HALF: usize = 56;
const INVERSE_SQRT_TWO_PI: usize = 60;
/** Of Abramowitz & Stegun 1964, 7.1.26, highest power first: erf to 1.5e-7. */
const ERF_P: usize = 64;
const ERF5: usize = 68;
const ERF4: usize = 72;
const ERF3: usize = 76;
const ERF2: usize = 80;
const ERF1: usize = 84;

/** Behind the constants: room for the last, incomplete pair of vectors of three arrays. */
const REST: usize = 96;
/** Bytes of a pair of vectors. */
export const PAIR: usize = 32;

/** Bytes that the constants and the rests take. */
export function constantsBytes(): i32 {
  return <i32> (REST + 3 * PAIR);
}

let constants: usize = 0;

/** Writes the constants to a place that stays theirs. */
export function placeConstants(place: usize): void {
  constants = place;
  store<f32>(place, -87.33654, SMALLEST);
  store<f32>(place, 12582912, ROUNDER);
  store<f32>(place, 1.44269504088896341, LOG2_E);
  store<f32>(place, -0.693359375, MINUS_LN2_HIGH);
  store<f32>(place, 2.12194440e-4, MINUS_LN2_LOW);
  store<f32>(place, 1.9875691500e-4, EXP5);
  store<f32>(place, 1.3981999507e-3, EXP4);
  store<f32>(place, 8.3334519073e-3, EXP3);
  store<f32>(place, 4.1665795894e-2, EXP2);
  store<f32>(place, 1.6666665459e-1, EXP1);
  store<f32>(place, 5.0000001201e-1, EXP0);
  store<f32>(place, 1, ONE);
  store<f32>(place, 0.5, HALF);
  store<f32>(place, -0.5, MINUS_HALF);
  store<f32>(place, 0.70710678118654752, SQRT_HALF);
  store<f32>(place, 0.39894228040143268, INVERSE_SQRT_TWO_PI);
  store<f32>(place, 0.3275911, ERF_P);
  store<f32>(place, 1.061405429, ERF5);
  store<f32>(place, -1.453152027, ERF4);
  store<f32>(place, 1.421413741, ERF3);
  store<f32>(place, -0.284496736, ERF2);
  store<f32>(place, 0.254829592, ERF1);
}

/** Where the constants are, to be kept in a local variable by loops. */
// @ts-ignore: decorator
@inline
export function constantsPlace(): usize {
  return constants;
}

/** Room for what is left of array `index` (0 to 2) at its end. */
export function restPlace(index: usize): usize {
  return constants + REST + index * PAIR;
}

/**
 * Stores eᵃ and eᵇ for a, b ≤ 0 and returns their sum: x = n·ln 2 + r with |r| ≤ ½ ln 2, eʳ by a
 * polynomial, 2ⁿ by the bits of the exponent; 2 units in the last place.
 */
// @ts-ignore: decorator
@inline
export function storeExpPair(to: usize, a: v128, b: v128, k: usize): v128 {
  let c = v128.load32_splat(k, ROUNDER);
  let d = v128.load32_splat(k, LOG2_E);
  const roundedA = madd(a, d, c);
  const roundedB = madd(b, d, c);
  const nA = f32x4.sub(roundedA, c);
  const nB = f32x4.sub(roundedB, c);
  c = v128.load32_splat(k, MINUS_LN2_HIGH);
  let rA = madd(nA, c, a);
  let rB = madd(nB, c, b);
  c = v128.load32_splat(k, MINUS_LN2_LOW);
  rA = madd(nA, c, rA);
  rB = madd(nB, c, rB);
  c = v128.load32_splat(k, EXP5);
  d = v128.load32_splat(k, EXP4);
  let pA = madd(c, rA, d);
  let pB = madd(c, rB, d);
  d = v128.load32_splat(k, EXP3);
  pA = madd(pA, rA, d);
  pB = madd(pB, rB, d);
  d = v128.load32_splat(k, EXP2);
  pA = madd(pA, rA, d);
  pB = madd(pB, rB, d);
  d = v128.load32_splat(k, EXP1);
  pA = madd(pA, rA, d);
  pB = madd(pB, rB, d);
  d = v128.load32_splat(k, EXP0);
  pA = madd(pA, rA, d);
  pB = madd(pB, rB, d);
  d = v128.load32_splat(k, ONE);
  pA = madd(pA, f32x4.mul(rA, rA), f32x4.add(rA, d));
  pB = madd(pB, f32x4.mul(rB, rB), f32x4.add(rB, d));
  // eʳ·2ⁿ, n added to the exponent's bits; what is out of range is masked away
  d = v128.load32_splat(k, SMALLEST);
  const eA = v128.and(i32x4.add(pA, i32x4.shl(roundedA, 23)), f32x4.ge(a, d));
  const eB = v128.and(i32x4.add(pB, i32x4.shl(roundedB, 23)), f32x4.ge(b, d));
  v128.store(to, eA);
  v128.store(to, eB, 16);
  return f32x4.add(eA, eB);
}

/** Stores e^(−x²/2), which the normal distribution's Φ and φ share, for a pair. */
// @ts-ignore: decorator
@inline
export function storeBellPair(to: usize, a: v128, b: v128, k: usize): void {
  const c = v128.load32_splat(k, MINUS_HALF);
  storeExpPair(to, f32x4.mul(f32x4.mul(a, a), c), f32x4.mul(f32x4.mul(b, b), c), k);
}

/** Stores Φ(x) for a pair, from e^(−x²/2). */
// @ts-ignore: decorator
@inline
export function storeCdfPair(
  to: usize,
  a: v128,
  b: v128,
  bellA: v128,
  bellB: v128,
  k: usize,
): void {
  const one = v128.load32_splat(k, ONE);
  let c = v128.load32_splat(k, SQRT_HALF);
  let d = v128.load32_splat(k, ERF_P);
  const tA = f32x4.div(one, madd(f32x4.mul(f32x4.abs(a), c), d, one));
  const tB = f32x4.div(one, madd(f32x4.mul(f32x4.abs(b), c), d, one));
  c = v128.load32_splat(k, ERF5);
  d = v128.load32_splat(k, ERF4);
  let pA = madd(c, tA, d);
  let pB = madd(c, tB, d);
  d = v128.load32_splat(k, ERF3);
  pA = madd(pA, tA, d);
  pB = madd(pB, tB, d);
  d = v128.load32_splat(k, ERF2);
  pA = madd(pA, tA, d);
  pB = madd(pB, tB, d);
  d = v128.load32_splat(k, ERF1);
  pA = madd(pA, tA, d);
  pB = madd(pB, tB, d);
  d = v128.load32_splat(k, HALF);
  const belowA = f32x4.mul(f32x4.mul(pA, tA), f32x4.mul(bellA, d)); // Φ(−|x|)
  const belowB = f32x4.mul(f32x4.mul(pB, tB), f32x4.mul(bellB, d));
  v128.store(to, v128.bitselect(belowA, f32x4.sub(one, belowA), i32x4.shr_s(a, 31)));
  v128.store(to, v128.bitselect(belowB, f32x4.sub(one, belowB), i32x4.shr_s(b, 31)), 16);
}

/** φ(x) = e^(−x²/2)/√(2π). */
// @ts-ignore: decorator
@inline
export function normalDensity(bell: v128, k: usize): v128 {
  return f32x4.mul(bell, v128.load32_splat(k, INVERSE_SQRT_TWO_PI));
}
