/**
 * The sum over the rows of a matrix.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensor } from "../tensors.ts";

/**
 * Sums a matrix over its first axis, as a product with ones: about ten times faster on the wasm
 * backend than tfjs's reduction over an outer axis.
 *
 * @param matrix float32, [rows, D].
 * @returns float32, [D]; the caller disposes it.
 */
export function sumRows(matrix: Tensor): Tensor {
  return tf.tidy(() => tf.matMul(tf.ones([1, matrix.shape[0]]), matrix).reshape([-1]));
}
