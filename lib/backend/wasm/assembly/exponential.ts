// eˣ and what the normal distribution needs of it.
//
// Engines build a vector constant anew wherever it is used, which costs more than the arithmetic; the
// constants are therefore kept in the heap and loaded, four lanes from one float32.
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

/** Bytes that {@linkcode placeConstants} fills. */
export function constantsBytes(): i32 {
  return 88;
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

/**
 * eˣ for x ≤ 0: x = n·ln 2 + r with |r| ≤ ½ ln 2, eʳ by a polynomial, 2ⁿ by the bits of the exponent;
 * 2 units in the last place.
 */
// @ts-ignore: decorator
@inline
export function expOfNonPositive(x: v128, k: usize): v128 {
  const rounder = v128.load32_splat(k, ROUNDER);
  const rounded = madd(x, v128.load32_splat(k, LOG2_E), rounder);
  const n = f32x4.sub(rounded, rounder);
  let r = madd(n, v128.load32_splat(k, MINUS_LN2_HIGH), x);
  r = madd(n, v128.load32_splat(k, MINUS_LN2_LOW), r);
  let p = v128.load32_splat(k, EXP5);
  p = madd(p, r, v128.load32_splat(k, EXP4));
  p = madd(p, r, v128.load32_splat(k, EXP3));
  p = madd(p, r, v128.load32_splat(k, EXP2));
  p = madd(p, r, v128.load32_splat(k, EXP1));
  p = madd(p, r, v128.load32_splat(k, EXP0));
  p = madd(p, f32x4.mul(r, r), f32x4.add(r, v128.load32_splat(k, ONE)));
  // eʳ·2ⁿ, n added to the exponent's bits; what is out of range is masked away
  const isNormal = f32x4.ge(x, v128.load32_splat(k, SMALLEST));
  return v128.and(i32x4.add(p, i32x4.shl(rounded, 23)), isNormal);
}

/** e^(−x²/2), which the normal distribution's Φ and φ share. */
// @ts-ignore: decorator
@inline
export function bell(x: v128, k: usize): v128 {
  return expOfNonPositive(f32x4.mul(f32x4.mul(x, x), v128.load32_splat(k, MINUS_HALF)), k);
}

/** φ(x) = e^(−x²/2)/√(2π). */
// @ts-ignore: decorator
@inline
export function normalDensity(bell: v128, k: usize): v128 {
  return f32x4.mul(bell, v128.load32_splat(k, INVERSE_SQRT_TWO_PI));
}

/** Φ(x). */
// @ts-ignore: decorator
@inline
export function normalCdf(x: v128, bell: v128, k: usize): v128 {
  const one = v128.load32_splat(k, ONE);
  const z = f32x4.mul(f32x4.abs(x), v128.load32_splat(k, SQRT_HALF));
  const t = f32x4.div(one, madd(z, v128.load32_splat(k, ERF_P), one));
  let p = v128.load32_splat(k, ERF5);
  p = madd(p, t, v128.load32_splat(k, ERF4));
  p = madd(p, t, v128.load32_splat(k, ERF3));
  p = madd(p, t, v128.load32_splat(k, ERF2));
  p = madd(p, t, v128.load32_splat(k, ERF1));
  const ofBelow = f32x4.mul(f32x4.mul(p, t), f32x4.mul(bell, v128.load32_splat(k, HALF))); // Φ(−|x|)
  return v128.bitselect(ofBelow, f32x4.sub(one, ofBelow), i32x4.shr_s(x, 31));
}
