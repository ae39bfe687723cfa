/**
 * Gives tfjs's WebGPU backend the kernels of this project.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { adamStep, adamSteps } from "./adam_step.ts";
import { attention, attentionMap } from "./attention.ts";
import { attentionGradient } from "./attention_gradient.ts";
import { gelu, geluGradient } from "./gelu.ts";
import { kthSmallest } from "./kth_smallest.ts";
import { layerNorm, layerNormGradient } from "./layer_norm.ts";
import { type MatMul, matMulOr } from "./mat_mul.ts";
import { rollout } from "./rollout.ts";
import { sumRows } from "./sum_rows.ts";
import type { KernelCall } from "./webgpu_backend.ts";

/** tfjs passes inputs and attributes as the caller gave them: each kernel says what it expects. */
// deno-lint-ignore no-explicit-any
type Kernel = (call: KernelCall<any, any>) => tf.TensorInfo | tf.TensorInfo[];

const kernels: Readonly<Record<string, Kernel>> = {
  AdamStep: adamStep,
  AdamSteps: adamSteps,
  Attention: attention,
  AttentionGradient: attentionGradient,
  AttentionMap: attentionMap,
  Gelu: gelu,
  GeluGradient: geluGradient,
  KthSmallest: kthSmallest,
  LayerNorm: layerNorm,
  LayerNormGradient: layerNormGradient,
  Rollout: rollout,
  SumRows: sumRows,
};

const backendName = "webgpu";

/**
 * Registers them, and puts our matrix product before tfjs's; a second call changes nothing.
 *
 * tfjs's WebGPU backend must have been imported.
 */
export function registerWebGpuKernels(): void {
  if (tf.getKernel("AdamStep", backendName)) return;
  for (const [kernelName, kernel] of Object.entries(kernels)) register(kernelName, kernel);
  for (const kernelName of ["BatchMatMul", "_FusedMatMul"]) {
    const original = tf.getKernel(kernelName, backendName).kernelFunc;
    tf.unregisterKernel(kernelName, backendName);
    register(kernelName, matMulOr(original as unknown as MatMul));
  }
}

function register(kernelName: string, kernel: Kernel): void {
  tf.registerKernel({ kernelName, backendName, kernelFunc: kernel as unknown as tf.KernelFunc });
}
