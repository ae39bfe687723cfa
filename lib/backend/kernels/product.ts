/**
 * Matrix products whose gradients never ask the backend for a transposed operand.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensor } from "../tensors.ts";

/**
 * Multiplies matrices: y = a·b, with gradients da = dy·bᵀ and db = aᵀ·dy.
 *
 * tfjs's own gradient passes `transposeA`/`transposeB`, for which the wasm backend leaves XNNPACK for a
 * loop about ten times slower; here the operand is transposed first and the fast path kept.
 *
 * @param a float32, [..., M, K].
 * @param b float32, [..., K, N], with the same leading axes as `a`.
 * @returns float32, [..., M, N]; the caller disposes it.
 */
export function product<T extends Tensor>(a: T, b: T): T {
  const multiply = tf.customGrad((a, b, save) => {
    (save as tf.GradSaveFunc)([a as Tensor, b as Tensor]);
    return {
      value: tf.matMul(a as Tensor, b as Tensor),
      gradFunc: (dy: Tensor, [a, b]: Tensor[]) => [
        tf.matMul(dy, transposeMatrices(b)),
        tf.matMul(transposeMatrices(a), dy),
      ],
    };
  });
  return multiply(a, b) as T;
}

/** Swaps the last two axes: [..., M, N] → [..., N, M]; the caller disposes the result. */
export function transposeMatrices<T extends Tensor>(x: T): T {
  const axes = x.shape.map((_, axis) => axis);
  const last = axes.length - 1;
  return tf.transpose(x, [...axes.slice(0, -2), last, last - 1]);
}
