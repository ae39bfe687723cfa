/**
 * One step of Adam on WebGPU, for one parameter or for many.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { TensorInfo } from "../tensors.ts";
import type { AdamNumbers } from "../kernels/adam_step.ts";
import source from "./adam_step.wgsl" with { type: "text" };
import { gather, type Layout, scatter } from "./copies.ts";
import { dispatch } from "./dispatch.ts";
import { elementwise } from "./elements.ts";
import type { KernelCall, WebGpuBackend } from "./webgpu_backend.ts";

/** What a step starts from, float32, all of one shape. */
export interface AdamInputs {
  /** θ. */
  readonly parameter: TensorInfo;
  /** g. */
  readonly gradient: TensorInfo;
  /** m. */
  readonly first: TensorInfo;
  /** v. */
  readonly second: TensorInfo;
}

/**
 * m ← β₁m + (1−β₁)g, v ← β₂v + (1−β₂)g², θ ← θ − stepSize·m/(√v·secondScale + ε).
 *
 * @returns The new parameter and its two moments, float32, the parameter's shape.
 */
export function adamStep(
  { inputs, attrs, backend }: KernelCall<AdamInputs, AdamNumbers>,
): TensorInfo[] {
  const { parameter, gradient, first, second } = inputs;
  const { beta1, beta2, epsilon, stepSize, secondScale } = attrs;
  const { shape } = parameter;
  const { components, source: element, workgroups } = elementwise(shape);
  return dispatch(
    { name: "AdamStep", sources: () => [element, source], constants: { components } },
    {
      backend,
      inputs: [parameter, gradient, first, second],
      outputs: [shape, shape, shape],
      // 1 − β₂ in float32 would be off by a hundred thousandth of itself.
      reals: [beta1, 1 - beta1, beta2, 1 - beta2, epsilon, stepSize, secondScale],
      workgroups,
    },
  );
}

/** Larger parameters, of more than a megabyte, get a dispatch of their own: copying them would cost more. */
const largestGathered = 2 ** 18;

/**
 * {@linkcode adamStep} for many parameters: the small ones together, in one dispatch.
 *
 * @param call Its inputs are, for one parameter after the other, θ, g, m and v.
 * @returns For one parameter after the other, the new θ, m and v.
 */
export function adamSteps(
  { inputs, attrs, backend }: KernelCall<readonly TensorInfo[], AdamNumbers>,
): TensorInfo[] {
  const all = Array.from({ length: inputs.length / 4 }, (_, i): AdamInputs => {
    const [parameter, gradient, first, second] = inputs.slice(4 * i, 4 * i + 4);
    return { parameter, gradient, first, second };
  });
  const small = all.filter(isSmall);
  const together = stepTogether(small, { attrs, backend });
  let next = 0;
  return all.flatMap((inputs) =>
    isSmall(inputs) ? together[next++] : adamStep({ inputs, attrs, backend })
  );
}

function isSmall({ parameter: { shape } }: AdamInputs): boolean {
  return tf.util.sizeFromShape(shape) <= largestGathered;
}

/** Gathers the tensors, takes the step, and gives each parameter its new tensors, [θ, m, v]. */
function stepTogether(
  all: readonly AdamInputs[],
  { attrs, backend }: { attrs: AdamNumbers; backend: WebGpuBackend },
): TensorInfo[][] {
  if (all.length === 0) return [];
  const shapes = all.map(({ parameter }) => parameter.shape);
  const layout = layoutOf(shapes);
  const gathered = (name: keyof AdamInputs) =>
    gather(all.map((inputs) => inputs[name]), { ...layout, backend });
  const inputs = {
    parameter: gathered("parameter"),
    gradient: gathered("gradient"),
    first: gathered("first"),
    second: gathered("second"),
  };
  const stepped = adamStep({ inputs, attrs, backend });
  const outputs = stepped.map((whole) => scatter(whole, { ...layout, shapes, backend }));
  for (const { dataId } of [...Object.values(inputs), ...stepped]) backend.disposeData(dataId);
  return shapes.map((_, i) => outputs.map((parts) => parts[i]));
}

/** One after the other, each from a multiple of four on. */
function layoutOf(shapes: readonly number[][]): Layout {
  let size = 0;
  const offsets = shapes.map((shape) => {
    const offset = size;
    size += Math.ceil(tf.util.sizeFromShape(shape) / 4) * 4;
    return offset;
  });
  return { offsets, size };
}
