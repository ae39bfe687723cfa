// The exact GELU, x·Φ(x), and its slope Φ(x) + x·φ(x).
import {
  constantsPlace,
  normalDensity,
  PAIR,
  restPlace,
  storeBellPair,
  storeCdfPair,
} from "./exponential";
import { at, F32, madd } from "./vector";

/** Eight values; what lies at `y` in between does not matter. */
// @ts-ignore: decorator
@inline
function values(x: usize, y: usize, k: usize): void {
  const a = v128.load(x);
  const b = v128.load(x, 16);
  storeBellPair(y, a, b, k);
  storeCdfPair(y, a, b, v128.load(y), v128.load(y, 16), k);
  v128.store(y, f32x4.mul(a, v128.load(y)));
  v128.store(y, f32x4.mul(b, v128.load(y, 16)), 16);
}

/** Eight values and their slopes. */
// @ts-ignore: decorator
@inline
function valuesAndSlopes(x: usize, y: usize, slopes: usize, k: usize): void {
  const a = v128.load(x);
  const b = v128.load(x, 16);
  storeBellPair(slopes, a, b, k);
  const bellA = v128.load(slopes);
  const bellB = v128.load(slopes, 16);
  storeCdfPair(y, a, b, bellA, bellB, k);
  const cdfA = v128.load(y);
  const cdfB = v128.load(y, 16);
  v128.store(slopes, madd(a, normalDensity(bellA, k), cdfA));
  v128.store(slopes, madd(b, normalDensity(bellB, k), cdfB), 16);
  v128.store(y, f32x4.mul(a, cdfA));
  v128.store(y, f32x4.mul(b, cdfB), 16);
}

/** y = GELU(x), `size` elements. */
export function gelu(x: usize, y: usize, size: i32): void {
  const k = constantsPlace();
  const full = size & ~7;
  for (let i = 0; i < full; i += 8) values(at(x, i), at(y, i), k);
  if (full === size) return;
  const bytes = <usize> (size - full) * F32;
  const rest = restPlace(0);
  memory.fill(rest, 0, PAIR);
  memory.copy(rest, at(x, full), bytes);
  values(rest, restPlace(1), k);
  memory.copy(at(y, full), restPlace(1), bytes);
}

/** y = GELU(x) and slopes = GELU′(x), `size` elements. */
export function geluWithSlope(x: usize, y: usize, slopes: usize, size: i32): void {
  const k = constantsPlace();
  const full = size & ~7;
  for (let i = 0; i < full; i += 8) valuesAndSlopes(at(x, i), at(y, i), at(slopes, i), k);
  if (full === size) return;
  const bytes = <usize> (size - full) * F32;
  const rest = restPlace(0);
  memory.fill(rest, 0, PAIR);
  memory.copy(rest, at(x, full), bytes);
  valuesAndSlopes(rest, restPlace(1), restPlace(2), k);
  memory.copy(at(y, full), restPlace(1), bytes);
  memory.copy(at(slopes, full), restPlace(2), bytes);
}
