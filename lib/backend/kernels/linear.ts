/**
 * The linear layer.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensor } from "../tensors.ts";
import { product } from "./product.ts";
import { sumRows } from "./sum_rows.ts";

/**
 * Applies y = x·W + b over the last axis.
 *
 * @param x float32, [..., I].
 * @param layer `weight` float32 [I, O] (PyTorch's [out, in], transposed) and `bias` float32 [O].
 * @returns float32, [..., O]; the caller disposes it.
 */
export function linear(
  x: Tensor,
  { weight, bias }: { weight: Tensor; bias?: Tensor },
): Tensor {
  const [inputs, outputs] = weight.shape;
  return tf.tidy(() => {
    const y = product(x.reshape([-1, inputs]), weight); // [rows, O]
    return (bias ? addBias(y, bias) : y).reshape([...x.shape.slice(0, -1), outputs]);
  });
}

function addBias(y: Tensor, bias: Tensor): Tensor {
  const add = tf.customGrad((y, bias) => ({
    value: tf.add(y as Tensor, bias as Tensor),
    gradFunc: (dy: Tensor) => [dy, sumRows(dy)],
  }));
  return add(y, bias);
}
