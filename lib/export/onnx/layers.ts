/**
 * Layers of vision transformers as ONNX operators.
 *
 * @module
 */
import type { GraphBuilder, Value } from "./graph_builder.ts";
import type { LayerKeys } from "./parameter_keys.ts";

/** The ε of timm's vision transformers. */
const EPSILON = 1e-6;

/**
 * Adds y = x·weightᵀ + bias; the weight stays as timm stores it, and runtimes transpose it once, when they
 * load the model.
 *
 * @param x float32, [..., in].
 * @returns float32, [..., out].
 */
export function addLinear(graph: GraphBuilder, x: Value, { weight, bias }: LayerKeys): Value {
  const transposed = graph.node("Transpose", [graph.weight(weight)], { perm: [1, 0] });
  const product = graph.node("MatMul", [x, transposed]);
  return graph.has(bias) ? graph.node("Add", [product, graph.weight(bias)]) : product;
}

/** Adds a layer normalisation over the last axis. */
export function addLayerNorm(graph: GraphBuilder, x: Value, { weight, bias }: LayerKeys): Value {
  return graph.node("LayerNormalization", [x, graph.weight(weight), graph.weight(bias)], {
    axis: -1,
    epsilon: { float: EPSILON },
  });
}

/** Adds the exact GELU, x·(1 + erf(x/√2))/2, in the form that onnxruntime fuses. */
export function addGelu(graph: GraphBuilder, x: Value): Value {
  const erf = graph.node("Erf", [graph.node("Div", [x, graph.float(Math.SQRT2)])]);
  const twice = graph.node("Mul", [x, graph.node("Add", [erf, graph.float(1)])]);
  return graph.node("Mul", [twice, graph.float(0.5)]);
}

/** Adds a cut along the second axis: of tokens [B, T, D] some, from `start` to before `end`. */
export function addTokens(
  graph: GraphBuilder,
  x: Value,
  { start, end }: { start: number; end: number },
): Value {
  const limits = [graph.integers(start), graph.integers(end), graph.integers(1)];
  return graph.node("Slice", [x, ...limits]);
}
