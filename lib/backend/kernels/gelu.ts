/**
 * The exact GELU.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensor } from "../tensors.ts";
import { hasKernel, isDifferentiating, runKernel, runKernelForAll } from "./own_kernel.ts";

/**
 * Applies GELU(x) = x·Φ(x), Φ(x) = (1 + erf(x/√2))/2, with its gradient Φ(x) + x·φ(x).
 *
 * Hendrycks & Gimpel 2016, arXiv:1606.08415; PyTorch's `nn.GELU()` (not the tanh approximation).
 *
 * @param x float32, any shape.
 * @returns float32, the same shape; the caller disposes it.
 */
export function gelu(x: Tensor): Tensor {
  const apply = tf.customGrad((x, save) => {
    const input = x as Tensor;
    if (isDifferentiating() && hasKernel("GeluWithSlope")) {
      const [value, slope] = runKernelForAll("GeluWithSlope", { x: input });
      (save as tf.GradSaveFunc)([slope]);
      return { value, gradFunc: (dy: Tensor, [slope]: Tensor[]) => dy.mul(slope) };
    }
    (save as tf.GradSaveFunc)([input]);
    const value = hasKernel("Gelu") ? runKernel("Gelu", { x: input }) : input.mul(cdf(input));
    return { value, gradFunc: geluGradient };
  });
  return tf.tidy(() => apply(x));
}

function geluGradient(dy: Tensor, [x]: Tensor[]): Tensor {
  if (hasKernel("GeluGradient")) return runKernel("GeluGradient", { dy, x });
  return tf.tidy(() => {
    const density = x.square().mul(-0.5).exp().mul(1 / Math.sqrt(2 * Math.PI));
    return dy.mul(cdf(x).add(x.mul(density)));
  });
}

function cdf(x: Tensor): Tensor {
  return tf.tidy(() => tf.erf(x.mul(Math.SQRT1_2)).add(1).mul(0.5));
}
