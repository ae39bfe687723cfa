/**
 * One step of the Adam optimiser.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensor } from "../tensors.ts";
import { hasKernel, runKernelForAll } from "./own_kernel.ts";

/** The numbers of a step. */
export interface AdamNumbers {
  /** Decay of the first moment. */
  readonly beta1: number;
  /** Decay of the second moment. */
  readonly beta2: number;
  /** Added to the denominator. */
  readonly epsilon: number;
  /** The learning rate over the first moment's bias correction, lr/(1 − β₁ᵗ). */
  readonly stepSize: number;
  /** The second moment's bias correction, 1/√(1 − β₂ᵗ). */
  readonly secondScale: number;
}

/** A parameter and its moments, float32, all of one shape. */
export interface AdamState {
  /** θ. */
  readonly parameter: Tensor;
  /** m. */
  readonly first: Tensor;
  /** v. */
  readonly second: Tensor;
}

/** A parameter's state, and its gradient. */
export interface AdamInputs extends AdamState {
  /** g, float32, of the state's shape. */
  readonly gradient: Tensor;
}

/**
 * Computes m′ = β₁m + (1−β₁)g, v′ = β₂v + (1−β₂)g², θ′ = θ − stepSize·m′/(√v′·secondScale + ε) for every
 * parameter.
 *
 * Kingma & Ba 2014, arXiv:1412.6980, in the order of PyTorch's `torch.optim.Adam`.
 *
 * @param all One entry a parameter.
 * @returns One state a parameter, new tensors; the caller disposes them and the inputs.
 */
export function adamSteps(all: readonly AdamInputs[], numbers: AdamNumbers): AdamState[] {
  if (!hasKernel("AdamSteps")) return all.map((inputs) => adamStep(inputs, numbers));
  const inputs = all.flatMap(({ parameter, gradient, first, second }) => [
    parameter,
    gradient,
    first,
    second,
  ]);
  const outputs = runKernelForAll("AdamSteps", inputs, { ...numbers });
  return all.map((_, index) => stateOf(outputs.slice(3 * index, 3 * index + 3)));
}

function adamStep(inputs: AdamInputs, numbers: AdamNumbers): AdamState {
  if (hasKernel("AdamStep")) {
    return stateOf(runKernelForAll("AdamStep", { ...inputs }, { ...numbers }));
  }
  const { beta1, beta2, epsilon, stepSize, secondScale } = numbers;
  return tf.tidy(() => {
    const { gradient } = inputs;
    const first = inputs.first.mul(beta1).add(gradient.mul(1 - beta1));
    const second = inputs.second.mul(beta2).add(gradient.square().mul(1 - beta2));
    const denominator = second.sqrt().mul(secondScale).add(epsilon);
    const parameter = inputs.parameter.sub(first.div(denominator).mul(stepSize));
    return { parameter, first, second };
  });
}

function stateOf([parameter, first, second]: Tensor[]): AdamState {
  return { parameter, first, second };
}
