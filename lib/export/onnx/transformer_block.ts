/**
 * A pre-norm transformer block as ONNX operators.
 *
 * @module
 */
import type { GraphBuilder, Value } from "./graph_builder.ts";
import { addGelu, addLayerNorm, addLinear, addTokens } from "./layers.ts";
import { keyOf, keysOf } from "./parameter_keys.ts";

// Shape letters: B batch, H heads, T tokens, D embedDim.

/** Which block, and how it is run. */
export interface BlockOptions {
  /** The block's place in the model, from 0. */
  readonly layer: number;
  /** Attention heads, H. */
  readonly numHeads: number;
  /** The width of a token, D. */
  readonly embedDim: number;
  /** How many tokens leave the block, the first ones; all when absent. */
  readonly numOutputs?: number;
}

/**
 * Adds x ← x + γ₁·attention(norm₁(x)), then x ← x + γ₂·mlp(norm₂(x)), as `transformerBlock()` computes it.
 *
 * @param x float32, [B, T, D].
 * @returns float32, [B, T, D], or [B, numOutputs, D].
 */
export function addBlock(whole: GraphBuilder, x: Value, options: BlockOptions): Value {
  const { layer, numOutputs } = options;
  const graph = whole.within(`blocks.${layer}`);
  const named = (name: string) => keysOf(`blocks.${layer}.${name}`);
  const normed = addLayerNorm(graph, x, named("norm1"));
  const mixed = addAttention(graph, addLinear(graph, normed, named("qkv")), options);
  const projected = scaled(
    graph,
    addLinear(graph, mixed, named("proj")),
    keyOf(`blocks.${layer}.ls1`),
  );
  const input = numOutputs === undefined ? x : addTokens(graph, x, { start: 0, end: numOutputs });
  const attended = graph.node("Add", [input, projected]);
  const hidden = addLinear(graph, addLayerNorm(graph, attended, named("norm2")), named("fc1"));
  const output = addLinear(graph, addGelu(graph, hidden), named("fc2"));
  return graph.node("Add", [attended, scaled(graph, output, keyOf(`blocks.${layer}.ls2`))]);
}

/** Adds softmax(q·kᵀ/√(D/H))·v, from [B, T, 3·D] to [B, numOutputs, D]. */
function addAttention(
  graph: GraphBuilder,
  queryKeyValue: Value,
  { numHeads, embedDim, numOutputs }: BlockOptions,
): Value {
  const headDim = embedDim / numHeads;
  const widths = graph.integers(embedDim, embedDim, embedDim); // said, since WebGPU's Split asks for them
  const [query, key, value] = graph.outputsOf("Split", [queryKeyValue, widths], {
    attributes: { axis: -1 },
    numOutputs: 3,
  });
  const queries = numOutputs === undefined
    ? query
    : addTokens(graph, query, { start: 0, end: numOutputs });
  const byHead = (x: Value, perm: readonly number[]) => {
    const heads = graph.node("Reshape", [x, graph.integers(0, 0, numHeads, headDim)]); // 0: as it is
    return graph.node("Transpose", [heads], { perm });
  };
  const scale = graph.float(headDim ** -0.5);
  const scaledQuery = graph.node("Mul", [byHead(queries, [0, 2, 1, 3]), scale]); // [B, H, T, D/H]
  const scores = graph.node("MatMul", [scaledQuery, byHead(key, [0, 2, 3, 1])]); // [B, H, T, T]
  const attention = graph.node("Softmax", [scores], { axis: -1 });
  const mixed = graph.node("MatMul", [attention, byHead(value, [0, 2, 1, 3])]);
  const tokens = graph.node("Transpose", [mixed], { perm: [0, 2, 1, 3] });
  return graph.node("Reshape", [tokens, graph.integers(0, 0, embedDim)]);
}

/** Multiplies by LayerScale's γ, where the model has one. */
function scaled(graph: GraphBuilder, x: Value, gamma: string): Value {
  return graph.has(gamma) ? graph.node("Mul", [x, graph.weight(gamma)]) : x;
}
