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
export function linear(x: Tensor, layer: { weight: Tensor; bias?: Tensor }): Tensor {
  if (x.rank === 2) return applyToRows(x as Tensor2D, layer);
  const [inputs, outputs] = layer.weight.shape;
  return tf.tidy(() =>
    applyToRows(x.reshape([-1, inputs]), layer).reshape([...x.shape.slice(0, -1), outputs])
  );
}

/** tfjs's kernel for a·b + bias, which tfjs itself gives no gradient. */
const fusedMatMul = "_FusedMatMul";

function applyToRows(
  rows: Tensor2D,
  { weight, bias }: { weight: Tensor; bias?: Tensor },
): Tensor {
  if (!bias) return tf.matMul(rows, weight as Tensor2D);
  const attributes = { transposeA: false, transposeB: false, activation: "linear" };
  return tf.engine().runKernel(fusedMatMul, { a: rows, b: weight, bias }, attributes);
}

/** Each gradient is computed when it is asked for: of photos there is none. */
tf.registerGradient({
  kernelName: fusedMatMul,
  inputsToSave: ["a", "b"],
  gradFunc: (dy, [x, weight]) => {
    const gradient = dy as Tensor2D;
    return {
      a: () => tf.matMul(gradient, weight as Tensor2D, false, true),
      b: () => tf.matMul(x as Tensor2D, gradient, true, false),
      bias: () => sumRows(gradient),
    };
  },
});
