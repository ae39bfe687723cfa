/**
 * Layer normalisation and its gradient on WebGPU.
 *
 * @module
 */
import type { TensorInfo } from "../tensors.ts";
import { dispatch } from "./dispatch.ts";
import { elementsOf } from "./elements.ts";
import forward from "./layer_norm.wgsl" with { type: "text" };
import backward from "./layer_norm_gradient.wgsl" with { type: "text" };
import parametersBackward from "./layer_norm_parameters_gradient.wgsl" with { type: "text" };
import sumOverGroup from "./sum_over_group.wgsl" with { type: "text" };
import sumOverRows from "./sum_over_rows.wgsl" with { type: "text" };
import { columnStrips } from "./sum_rows.ts";
import type { KernelCall } from "./webgpu_backend.ts";

/** What is normalised, and its parameters. */
export interface LayerNormInputs {
  /** float32 [rows, D]. */
  readonly x: TensorInfo;
  /** γ, float32 [D]. */
  readonly weight: TensorInfo;
  /** β, float32 [D]. */
  readonly bias: TensorInfo;
}

/** What the gradient is computed from. */
export interface LayerNormGradientInputs {
  /** float32 [rows, D]. */
  readonly dy: TensorInfo;
  /** float32 [rows, D]. */
  readonly x: TensorInfo;
  /** γ, float32 [D]. */
  readonly weight: TensorInfo;
  /** Of each row, as the forward pass gives it: float32 [rows]. */
  readonly mean: TensorInfo;
  /** 1/√(σ² + ε) of each row: float32 [rows]. */
  readonly inverseDeviation: TensorInfo;
}

/**
 * y = (x − μ)/√(σ² + ε)·γ + β over rows.
 *
 * @returns y float32 [rows, D]; μ and 1/√(σ² + ε), float32 [rows].
 */
export function layerNorm(
  { inputs: { x, weight, bias }, attrs: { epsilon }, backend }: KernelCall<
    LayerNormInputs,
    { epsilon: number }
  >,
): TensorInfo[] {
  const [rows, channels] = x.shape;
  const { components, source } = elementsOf(channels);
  return dispatch({
    name: "LayerNorm",
    sources: () => [source, sumOverGroup, forward],
    constants: { components, width: channels / components, epsilon },
  }, {
    backend,
    inputs: [x, weight, bias],
    outputs: [x.shape, [rows], [rows]],
    workgroups: rows,
  });
}

/**
 * dx = (g − mean(g) − x̂·mean(g·x̂))/√(σ² + ε) with g = dy·γ; dγ = Σ dy·x̂, dβ = Σ dy.
 *
 * @returns dx float32 [rows, D]; dγ and dβ, float32 [D].
 */
export function layerNormGradient(
  { inputs, backend }: KernelCall<LayerNormGradientInputs>,
): TensorInfo[] {
  const { dy, x, weight, mean, inverseDeviation } = inputs;
  const [rows, channels] = x.shape;
  const { components, source } = elementsOf(channels);
  const dx = dispatch({
    name: "LayerNormGradient",
    sources: () => [source, sumOverGroup, backward],
    constants: { components, width: channels / components },
  }, {
    backend,
    inputs: [dy, x, weight, mean, inverseDeviation],
    outputs: [x.shape],
    workgroups: rows,
  });
  const { columnLanes, element, workgroups } = columnStrips(rows, channels);
  const dParameters = dispatch({
    name: "LayerNormParametersGradient",
    sources: () => [element, sumOverRows, parametersBackward],
    constants: { columnLanes, components },
  }, {
    backend,
    inputs: [dy, x, mean, inverseDeviation],
    outputs: [[channels], [channels]],
    workgroups,
  });
  return [...dx, ...dParameters];
}
