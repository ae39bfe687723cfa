/**
 * Kernels of this project that a backend may have registered with tfjs.
 *
 * Where the active backend has none, the functions of this folder compose tfjs's operations instead.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensor } from "../tensors.ts";

/** The kernels, by the name under which backends register them; their contracts are the functions'. */
export type OwnKernel =
  | "AdamStep"
  | "AdamSteps"
  | "Attention"
  | "AttentionGradient"
  | "AttentionMap"
  | "Gelu"
  | "GeluGradient"
  | "GeluWithSlope"
  | "KthSmallest"
  | "LayerNorm"
  | "LayerNormGradient"
  | "Rollout"
  | "SumRows";

/** Whether the active backend has a kernel of this name. */
export function hasKernel(name: OwnKernel): boolean {
  return tf.getKernel(name, tf.getBackend()) !== undefined;
}

/** Whether tfjs records operations for a gradient now. */
export function isDifferentiating(): boolean {
  return tf.engine().state.gradientDepth > 0;
}

/** Runs a kernel that gives one tensor, which the caller disposes. */
export function runKernel<T extends Tensor = Tensor>(
  name: OwnKernel,
  inputs: Readonly<Record<string, Tensor>> | readonly Tensor[],
  attributes: Readonly<Record<string, number | string>> = {},
): T {
  return tf.engine().runKernel(name, inputs as tf.NamedTensorMap, attributes);
}

/** Runs a kernel that gives several tensors, which the caller disposes. */
export function runKernelForAll(
  name: OwnKernel,
  inputs: Readonly<Record<string, Tensor>> | readonly Tensor[],
  attributes: Readonly<Record<string, number | string>> = {},
): Tensor[] {
  return tf.engine().runKernel(name, inputs as tf.NamedTensorMap, attributes);
}
