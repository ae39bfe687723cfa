// One step of Adam (Kingma & Ba 2014, arXiv:1412.6980), with PyTorch's order of operations.
import { at } from "./vector";

/**
 * m′ = β₁m + (1−β₁)g, v′ = β₂v + (1−β₂)g², θ′ = θ − stepSize·m′/(√v′·secondScale + ε), `size` elements.
 */
export function adamStep(
  parameter: usize,
  gradient: usize,
  first: usize,
  second: usize,
  newParameter: usize,
  newFirst: usize,
  newSecond: usize,
  size: i32,
  beta1: f32,
  beta2: f32,
  epsilon: f32,
  stepSize: f32,
  secondScale: f32,
  gain1: f32,
  gain2: f32,
): void {
  const full = size & ~3;
  for (let i = 0; i < full; i += 4) {
    const g = v128.load(at(gradient, i));
    const m = f32x4.add(
      f32x4.mul(v128.load(at(first, i)), f32x4.splat(beta1)),
      f32x4.mul(g, f32x4.splat(gain1)),
    );
    const v = f32x4.add(
      f32x4.mul(v128.load(at(second, i)), f32x4.splat(beta2)),
      f32x4.mul(f32x4.mul(g, g), f32x4.splat(gain2)),
    );
    const denominator = f32x4.add(
      f32x4.mul(f32x4.sqrt(v), f32x4.splat(secondScale)),
      f32x4.splat(epsilon),
    );
    const change = f32x4.mul(f32x4.div(m, denominator), f32x4.splat(stepSize));
    v128.store(at(newFirst, i), m);
    v128.store(at(newSecond, i), v);
    v128.store(at(newParameter, i), f32x4.sub(v128.load(at(parameter, i)), change));
  }
  for (let i = full; i < size; i++) {
    const g = load<f32>(at(gradient, i));
    const m = load<f32>(at(first, i)) * beta1 + g * gain1;
    const v = load<f32>(at(second, i)) * beta2 + g * g * gain2;
    const change = m / (sqrt(v) * secondScale + epsilon) * stepSize;
    store<f32>(at(newFirst, i), m);
    store<f32>(at(newSecond, i), v);
    store<f32>(at(newParameter, i), load<f32>(at(parameter, i)) - change);
  }
}
