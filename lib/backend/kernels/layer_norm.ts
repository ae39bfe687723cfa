/**
 * Layer normalisation over the last axis.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensor } from "../tensors.ts";
import { hasKernel, runKernelForAll } from "./own_kernel.ts";
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
    const [rows, gamma, beta] = [x, weight, bias] as Tensor[];
    const [y, mean, inverseDeviation] = forward({ x: rows, weight: gamma, bias: beta }, epsilon);
    (save as tf.GradSaveFunc)([rows, gamma, mean, inverseDeviation]);
    return { value: y, gradFunc: layerNormGradient };
  });
  if (x.rank === 2) return apply(x, weight, bias);
  return tf.tidy(() => apply(x.reshape([-1, weight.shape[0]]), weight, bias).reshape(x.shape));
}

/** Gives y [rows, D], and μ and 1/√(σ² + ε), each [rows]. */
function forward(inputs: { x: Tensor; weight: Tensor; bias: Tensor }, epsilon: number): Tensor[] {
  if (hasKernel("LayerNorm")) return runKernelForAll("LayerNorm", inputs, { epsilon });
  const { x, weight, bias } = inputs;
  const mean = x.mean(-1);
  const centred = x.sub(mean.expandDims(1));
  const inverseDeviation = centred.square().mean(-1).add(epsilon).rsqrt();
  const y = centred.mul(inverseDeviation.expandDims(1)).mul(weight).add(bias);
  return [y, mean, inverseDeviation];
}

function layerNormGradient(dy: Tensor, saved: Tensor[]): Tensor[] {
  const [x, weight, mean, inverseDeviation] = saved;
  if (hasKernel("LayerNormGradient")) {
    return runKernelForAll("LayerNormGradient", { dy, x, weight, mean, inverseDeviation });
  }
  const inverse = inverseDeviation.expandDims(1);
  const normalised = x.sub(mean.expandDims(1)).mul(inverse);
  const g = dy.mul(weight);
  const alongRow = normalised.mul(g.mul(normalised).mean(-1, true));
  const dx = g.sub(g.mean(-1, true)).sub(alongRow).mul(inverse);
  return [dx, sumRows(dy.mul(normalised)), sumRows(dy)];
}
