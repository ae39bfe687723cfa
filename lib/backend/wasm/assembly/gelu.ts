// The exact GELU, x·Φ(x), and its gradient Φ(x) + x·φ(x).
import { bell, constantsPlace, normalCdf, normalDensity } from "./exponential";
import { at, loadTail, madd, storeTail } from "./vector";

// @ts-ignore: decorator
@inline
function value(x: v128, k: usize): v128 {
  return f32x4.mul(x, normalCdf(x, bell(x, k), k));
}

// @ts-ignore: decorator
@inline
function slope(x: v128, k: usize): v128 {
  const e = bell(x, k);
  return madd(x, normalDensity(e, k), normalCdf(x, e, k));
}

/** y = GELU(x), `size` elements. */
export function gelu(x: usize, y: usize, size: i32): void {
  const k = constantsPlace();
  const full = size & ~3;
  for (let i = 0; i < full; i += 4) v128.store(at(y, i), value(v128.load(at(x, i)), k));
  const rest = size - full;
  if (rest > 0) storeTail(at(y, full), value(loadTail(at(x, full), rest, 0), k), rest);
}

/** dx = dy·GELU′(x), `size` elements. */
export function geluGradient(dy: usize, x: usize, dx: usize, size: i32): void {
  const k = constantsPlace();
  const full = size & ~3;
  for (let i = 0; i < full; i += 4) {
    v128.store(at(dx, i), f32x4.mul(v128.load(at(dy, i)), slope(v128.load(at(x, i)), k)));
  }
  const rest = size - full;
  if (rest === 0) return;
  const slopes = slope(loadTail(at(x, full), rest, 0), k);
  storeTail(at(dx, full), f32x4.mul(loadTail(at(dy, full), rest, 0), slopes), rest);
}
