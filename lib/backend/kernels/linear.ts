/**
 * The linear layer.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensor, Tensor2D } from "../tensors.ts";
import { sumRows } from "./sum_rows.ts";

/**
 * Applies y = x·W + b over the last axis, with gradients dx = dy·Wᵀ, dW = xᵀ·dy, db = Σ dy.
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
    const rows = x.reshape<Tensor2D>([-1, inputs]);
    const y = bias ? applyWithBias(rows, weight, bias) : tf.matMul(rows, weight);
    return y.reshape([...x.shape.slice(0, -1), outputs]);
  });
}

function applyWithBias(rows: Tensor2D, weight: Tensor, bias: Tensor): Tensor {
  const apply = tf.customGrad((rows, weight, bias, save) => {
    const [x, w, b] = [rows, weight, bias] as [Tensor2D, Tensor2D, Tensor];
    (save as tf.GradSaveFunc)([x, w]);
    return { value: tf.fused.matMul({ a: x, b: w, bias: b }), gradFunc: linearGradient };
  });
  return apply(rows, weight, bias);
}

function linearGradient(dy: Tensor, [x, weight]: Tensor[]): Tensor[] {
  return [
    tf.matMul(dy, weight, false, true),
    tf.matMul(x, dy, true, false),
    sumRows(dy),
  ];
}
