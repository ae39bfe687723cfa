// Layer normalisation over rows, and its gradient.
import { at, madd, sumOfLanes } from "./vector";

function meanOf(row: usize, width: i32): f32 {
  const full = width & ~7;
  let even = f32x4.splat(0);
  let odd = f32x4.splat(0);
  for (let j = 0; j < full; j += 8) {
    even = f32x4.add(even, v128.load(at(row, j)));
    odd = f32x4.add(odd, v128.load(at(row, j), 16));
  }
  let sum = sumOfLanes(f32x4.add(even, odd));
  for (let j = full; j < width; j++) sum += load<f32>(at(row, j));
  return sum / <f32> width;
}

function varianceOf(row: usize, width: i32, mean: f32): f32 {
  const full = width & ~7;
  const means = f32x4.splat(mean);
  let even = f32x4.splat(0);
  let odd = f32x4.splat(0);
  for (let j = 0; j < full; j += 8) {
    const a = f32x4.sub(v128.load(at(row, j)), means);
    const b = f32x4.sub(v128.load(at(row, j), 16), means);
    even = madd(a, a, even);
    odd = madd(b, b, odd);
  }
  let sum = sumOfLanes(f32x4.add(even, odd));
  for (let j = full; j < width; j++) {
    const centred = load<f32>(at(row, j)) - mean;
    sum += centred * centred;
  }
  return sum / <f32> width;
}

/** y = (x − μ)/√(σ² + ε)·weight + bias for each row of x [rows, width]; μ and 1/√(σ² + ε) are kept. */
export function layerNorm(
  x: usize,
  weight: usize,
  bias: usize,
  y: usize,
  means: usize,
  inverseDeviations: usize,
  rows: i32,
  width: i32,
  epsilon: f32,
): void {
  const full = width & ~3;
  for (let row = 0; row < rows; row++) {
    const from = at(x, row * width);
    const to = at(y, row * width);
    const mean = meanOf(from, width);
    const inverse: f32 = 1 / sqrt(varianceOf(from, width, mean) + epsilon);
    store<f32>(at(means, row), mean);
    store<f32>(at(inverseDeviations, row), inverse);
    const meanLanes = f32x4.splat(mean);
    const inverseLanes = f32x4.splat(inverse);
    for (let j = 0; j < full; j += 4) {
      const normalised = f32x4.mul(f32x4.sub(v128.load(at(from, j)), meanLanes), inverseLanes);
      v128.store(at(to, j), madd(normalised, v128.load(at(weight, j)), v128.load(at(bias, j))));
    }
    for (let j = full; j < width; j++) {
      const normalised = (load<f32>(at(from, j)) - mean) * inverse;
      store<f32>(at(to, j), normalised * load<f32>(at(weight, j)) + load<f32>(at(bias, j)));
    }
  }
}

/**
 * dx = (g − mean(g) − x̂·mean(g·x̂))/√(σ² + ε) with g = dy·weight, row by row;
 * dWeight = Σ dy·x̂ and dBias = Σ dy over the rows, which begin at zero.
 */
export function layerNormGradient(
  dy: usize,
  x: usize,
  weight: usize,
  means: usize,
  inverseDeviations: usize,
  dx: usize,
  dWeight: usize,
  dBias: usize,
  rows: i32,
  width: i32,
): void {
  memory.fill(dWeight, 0, (<usize> width) << 2);
  memory.fill(dBias, 0, (<usize> width) << 2);
  const full = width & ~3;
  for (let row = 0; row < rows; row++) {
    const mean = load<f32>(at(means, row));
    const inverse = load<f32>(at(inverseDeviations, row));
    const meanLanes = f32x4.splat(mean);
    const inverseLanes = f32x4.splat(inverse);
    const from = at(x, row * width);
    const up = at(dy, row * width);
    const to = at(dx, row * width);
    let sums = f32x4.splat(0);
    let productSums = f32x4.splat(0);
    for (let j = 0; j < full; j += 4) {
      const d = v128.load(at(up, j));
      const normalised = f32x4.mul(f32x4.sub(v128.load(at(from, j)), meanLanes), inverseLanes);
      const g = f32x4.mul(d, v128.load(at(weight, j)));
      sums = f32x4.add(sums, g);
      productSums = madd(g, normalised, productSums);
      v128.store(at(dWeight, j), madd(d, normalised, v128.load(at(dWeight, j))));
      v128.store(at(dBias, j), f32x4.add(d, v128.load(at(dBias, j))));
    }
    let sum = sumOfLanes(sums);
    let productSum = sumOfLanes(productSums);
    for (let j = full; j < width; j++) {
      const d = load<f32>(at(up, j));
      const normalised = (load<f32>(at(from, j)) - mean) * inverse;
      const g = d * load<f32>(at(weight, j));
      sum += g;
      productSum += g * normalised;
      store<f32>(at(dWeight, j), load<f32>(at(dWeight, j)) + d * normalised);
      store<f32>(at(dBias, j), load<f32>(at(dBias, j)) + d);
    }
    sum /= <f32> width;
    productSum /= <f32> width;
    const sumLanes = f32x4.splat(sum);
    const productLanes = f32x4.splat(-productSum);
    for (let j = 0; j < full; j += 4) {
      const normalised = f32x4.mul(f32x4.sub(v128.load(at(from, j)), meanLanes), inverseLanes);
      const g = f32x4.sub(f32x4.mul(v128.load(at(up, j)), v128.load(at(weight, j))), sumLanes);
      v128.store(at(to, j), f32x4.mul(madd(normalised, productLanes, g), inverseLanes));
    }
    for (let j = full; j < width; j++) {
      const normalised = (load<f32>(at(from, j)) - mean) * inverse;
      const g = load<f32>(at(up, j)) * load<f32>(at(weight, j)) - sum;
      store<f32>(at(to, j), (g - normalised * productSum) * inverse);
    }
  }
}
