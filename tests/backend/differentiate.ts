/**
 * Values and gradients of tensor functions, on the backend and by finite differences in float64.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { Random } from "../../lib/random/random.ts";
import { float32Tensor, type HostTensor } from "../../lib/weights/host_tensor.ts";

/** A function's value, and for each input the gradient of Σ wᵢ·valueᵢ with {@linkcode weightOf} for w. */
export interface Differentiated {
  readonly value: ArrayLike<number>;
  readonly gradients: readonly ArrayLike<number>[];
}

/** The weight of the value's element i: no two elements count alike. */
export function weightOf(i: number): number {
  return Math.fround(Math.cos(i + 1));
}

/** Draws numbers around 0, the same for the same shape and name. */
export function normalTensor(name: string, shape: readonly number[]): HostTensor {
  const random = Random.from(name, ...shape);
  const size = shape.reduce((a, b) => a * b, 1);
  return float32Tensor(shape, Float32Array.from({ length: size }, () => random.normal()));
}

/** Puts a tensor on the backend; the caller disposes it. */
export function upload({ data, shape }: HostTensor): tf.Tensor {
  return tf.tensor(data as Float32Array, [...shape]);
}

/** Computes a function and its gradients on the backend. */
export async function differentiate(
  f: (...inputs: tf.Tensor[]) => tf.Tensor,
  inputs: readonly HostTensor[],
): Promise<Differentiated> {
  const [value, ...gradients] = tf.tidy(() => {
    const tensors = inputs.map(upload);
    const value = f(...tensors);
    const weights = tf.tensor(Float32Array.from({ length: value.size }, (_, i) => weightOf(i)));
    return [value, ...tf.grads(f)(tensors, weights.reshape(value.shape))];
  });
  const result = {
    value: await value.data(),
    gradients: await Promise.all(gradients.map((gradient) => gradient.data())),
  };
  tf.dispose([value, gradients]);
  return result;
}

/** Computes the gradients of a function of plain numbers by central differences. */
export function differentiateByDifferences(
  f: (...inputs: number[][]) => number[],
  inputs: readonly HostTensor[],
): Differentiated {
  const arrays = inputs.map(({ data }) => Array.from(data as Float32Array));
  const weighted = () => f(...arrays).reduce((sum, value, i) => sum + value * weightOf(i), 0);
  const step = 1e-4; // the error is of the order of step² = 1e-8
  const gradients = arrays.map((array) =>
    array.map((x, i) => {
      array[i] = x + step;
      const above = weighted();
      array[i] = x - step;
      const below = weighted();
      array[i] = x;
      return (above - below) / (2 * step);
    })
  );
  return { value: f(...arrays), gradients };
}
