// The softmax of attention, its gradient, and the fusion of heads.
import { constantsPlace, restPlace, storeExpPair } from "./exponential";
import { at, F32, madd, maxOfLanes, sumOfLanes } from "./vector";

/** Replaces each row of `p` [rows, columns] by its softmax. */
export function softmaxRows(p: usize, rows: i32, columns: i32): void {
  for (let row = 0; row < rows; row++) softmaxRow(at(p, row * columns), columns);
}

function softmaxRow(row: usize, columns: i32): void {
  const k = constantsPlace();
  const full = columns & ~7;
  const bytes = <usize> (columns - full) * F32;
  const rest = restPlace(0);
  v128.store(rest, f32x4.splat(-Infinity));
  v128.store(rest, f32x4.splat(-Infinity), 16);
  memory.copy(rest, at(row, full), bytes);

  let largest = f32x4.max(v128.load(rest), v128.load(rest, 16));
  for (let j = 0; j < full; j += 4) largest = f32x4.max(largest, v128.load(at(row, j)));
  const shift = f32x4.splat(maxOfLanes(largest));

  let sums = storeShiftedExpPair(rest, shift, k);
  for (let j = 0; j < full; j += 8) {
    sums = f32x4.add(sums, storeShiftedExpPair(at(row, j), shift, k));
  }
  memory.copy(at(row, full), rest, bytes);
  scale(row, columns, 1 / sumOfLanes(sums));
}

/** Replaces eight scores by e^(score − shift); returns sums of two. */
// @ts-ignore: decorator
@inline
function storeShiftedExpPair(scores: usize, shift: v128, k: usize): v128 {
  const a = f32x4.sub(v128.load(scores), shift);
  const b = f32x4.sub(v128.load(scores, 16), shift);
  return storeExpPair(scores, a, b, k);
}

function scale(row: usize, columns: i32, factor: f32): void {
  const full = columns & ~3;
  const factors = f32x4.splat(factor);
  for (let j = 0; j < full; j += 4) {
    v128.store(at(row, j), f32x4.mul(v128.load(at(row, j)), factors));
  }
  for (let j = full; j < columns; j++) store<f32>(at(row, j), load<f32>(at(row, j)) * factor);
}

/** Replaces dp by ds = p∘(dp − rowsum(dp∘p)), both [rows, columns]. */
export function softmaxGradient(p: usize, dp: usize, rows: i32, columns: i32): void {
  const full = columns & ~3;
  for (let row = 0; row < rows; row++) {
    const weights = at(p, row * columns);
    const gradients = at(dp, row * columns);
    let lanes = f32x4.splat(0);
    for (let j = 0; j < full; j += 4) {
      lanes = madd(v128.load(at(weights, j)), v128.load(at(gradients, j)), lanes);
    }
    let sum = sumOfLanes(lanes);
    for (let j = full; j < columns; j++) sum += load<f32>(at(weights, j)) * load<f32>(at(gradients, j));

    const sums = f32x4.splat(sum);
    for (let j = 0; j < full; j += 4) {
      const centred = f32x4.sub(v128.load(at(gradients, j)), sums);
      v128.store(at(gradients, j), f32x4.mul(v128.load(at(weights, j)), centred));
    }
    for (let j = full; j < columns; j++) {
      const centred = load<f32>(at(gradients, j)) - sum;
      store<f32>(at(gradients, j), load<f32>(at(weights, j)) * centred);
    }
  }
}

/** fused += head, `size` elements. */
export function addHead(fused: usize, head: usize, size: i32): void {
  const full = size & ~3;
  for (let i = 0; i < full; i += 4) {
    v128.store(at(fused, i), f32x4.add(v128.load(at(fused, i)), v128.load(at(head, i))));
  }
  for (let i = full; i < size; i++) {
    store<f32>(at(fused, i), load<f32>(at(fused, i)) + load<f32>(at(head, i)));
  }
}

/** fused = max(fused, head), `size` elements. */
export function maxHead(fused: usize, head: usize, size: i32): void {
  const full = size & ~3;
  for (let i = 0; i < full; i += 4) {
    v128.store(at(fused, i), f32x4.max(v128.load(at(fused, i)), v128.load(at(head, i))));
  }
  for (let i = full; i < size; i++) {
    store<f32>(at(fused, i), max(load<f32>(at(fused, i)), load<f32>(at(head, i))));
  }
}

/** fused = min(fused, head), `size` elements. */
export function minHead(fused: usize, head: usize, size: i32): void {
  const full = size & ~3;
  for (let i = 0; i < full; i += 4) {
    v128.store(at(fused, i), f32x4.min(v128.load(at(fused, i)), v128.load(at(head, i))));
  }
  for (let i = full; i < size; i++) {
    store<f32>(at(fused, i), min(load<f32>(at(fused, i)), load<f32>(at(head, i))));
  }
}

/** x /= divisor, `size` elements. */
export function divide(x: usize, size: i32, divisor: f32): void {
  const full = size & ~3;
  const divisors = f32x4.splat(divisor);
  for (let i = 0; i < full; i += 4) {
    v128.store(at(x, i), f32x4.div(v128.load(at(x, i)), divisors));
  }
  for (let i = full; i < size; i++) store<f32>(at(x, i), load<f32>(at(x, i)) / divisor);
}
