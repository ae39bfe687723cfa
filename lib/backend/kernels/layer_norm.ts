/**
 * Layer normalisation over the last axis.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensor } from "../tensors.ts";
import { sumRows } from "./sum_rows.ts";

/**
 * Applies y = x̂·γ + β with x̂ = (x − μ)/√(σ² + ε), μ and the population σ² over the last axis.
 *
 * Its gradient is dx = (g − mean(g) − x̂·mean(g·x̂))/√(σ² + ε) with g = dy·γ.
 * Ba et al. 2016, arXiv:1607.06450; PyTorch's `nn.LayerNorm`.
 *
 * @param x float32, [..., D].
 * @param norm `weight` γ and `bias` β, float32 [D]; `epsilon` is 1e-6 in timm's vision transformers.
 * @returns float32, the shape of `x`; the caller disposes it.
 */
export function layerNorm(
  x: Tensor,
  { weight, bias, epsilon = 1e-6 }: { weight: Tensor; bias: Tensor; epsilon?: number },
): Tensor {
  const apply = tf.customGrad((x, weight, bias, save) => {
    const rows = x as Tensor;
    const { normalised, inverseDeviation } = standardise(rows, epsilon);
    (save as tf.GradSaveFunc)([normalised, inverseDeviation, weight as Tensor]);
    return {
      value: normalised.mul(weight as Tensor).add(bias as Tensor),
      gradFunc: layerNormGradient,
    };
  });
  const width = weight.shape[0];
  return tf.tidy(() => apply(x.reshape([-1, width]), weight, bias).reshape(x.shape));
}

function standardise(rows: Tensor, epsilon: number) {
  return tf.tidy(() => {
    const centred = rows.sub(rows.mean(-1, true));
    const inverseDeviation = centred.square().mean(-1, true).add(epsilon).rsqrt(); // [rows, 1]
    return { normalised: centred.mul(inverseDeviation), inverseDeviation };
  });
}

function layerNormGradient(
  dy: Tensor,
  [normalised, inverseDeviation, weight]: Tensor[],
): Tensor[] {
  const g = dy.mul(weight);
  const alongRow = normalised.mul(g.mul(normalised).mean(-1, true));
  const dx = g.sub(g.mean(-1, true)).sub(alongRow).mul(inverseDeviation);
  return [dx, sumRows(dy.mul(normalised)), sumRows(dy)];
}
