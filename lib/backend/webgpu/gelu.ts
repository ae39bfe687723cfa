/**
 * The exact GELU and its gradient on WebGPU.
 *
 * @module
 */
import type { TensorInfo } from "../tensors.ts";
import { dispatch } from "./dispatch.ts";
import { elementwise } from "./elements.ts";
import forward from "./gelu.wgsl" with { type: "text" };
import backward from "./gelu_gradient.wgsl" with { type: "text" };
import normalDistribution from "./normal_distribution.wgsl" with { type: "text" };
import type { KernelCall } from "./webgpu_backend.ts";

/** y = x·Φ(x), float32, any shape. */
export function gelu({ inputs: { x }, backend }: KernelCall<{ x: TensorInfo }>): TensorInfo {
  const { components, source, workgroups } = elementwise(x.shape);
  const program = {
    name: "Gelu",
    sources: () => [source, normalDistribution, forward],
    constants: { components },
  };
  return dispatch(program, { backend, inputs: [x], outputs: [x.shape], workgroups })[0];
}

/** dx = dy·(Φ(x) + x·φ(x)), float32, any shape. */
export function geluGradient(
  { inputs: { dy, x }, backend }: KernelCall<{ dy: TensorInfo; x: TensorInfo }>,
): TensorInfo {
  const { components, source, workgroups } = elementwise(x.shape);
  const program = {
    name: "GeluGradient",
    sources: () => [source, normalDistribution, backward],
    constants: { components },
  };
  return dispatch(program, { backend, inputs: [dy, x], outputs: [x.shape], workgroups })[0];
}
