/**
 * The vision transformer as ONNX operators.
 *
 * @module
 */
import { numEmbeddedPrefixTokensOf, numPatchesOf, type VitConfig } from "../../model/vit_config.ts";
import type { GraphBuilder, Value } from "./graph_builder.ts";
import { addLayerNorm, addLinear, addTokens } from "./layers.ts";
import { keyOf, keysOf } from "./parameter_keys.ts";
import { addBlock } from "./transformer_block.ts";

// Shape letters: B batch, N patches, V visible patches, T tokens = prefix + N (or V), D embedDim.

/** What goes into a vision transformer. */
export interface VitInputs {
  /** float32, [B, 3, height, width], normalised. */
  readonly images: Value;
  /** int64, [B, V]: the patches that enter the encoder; all when absent. */
  readonly visible?: Value;
}

/**
 * Adds a vision transformer, as `VisionTransformer.forward()` computes its logits.
 *
 * @returns float32, [B, outDim].
 */
export function addVisionTransformer(
  graph: GraphBuilder,
  inputs: VitInputs,
  config: VitConfig,
): Value {
  const { depth, distilled, numHeads, embedDim } = config;
  let x = addEmbedding(graph.within("embedding"), inputs, config);
  for (let layer = 0; layer < depth; layer++) {
    const numOutputs = layer + 1 < depth ? undefined : distilled ? 2 : 1; // what the heads read
    x = addBlock(graph, x, { layer, numHeads, embedDim, numOutputs });
  }
  return addHeads(graph.within("head"), addLayerNorm(graph, x, keysOf("norm")), config);
}

/** Adds what makes tokens of images: [B, T, D]. */
function addEmbedding(
  graph: GraphBuilder,
  { images, visible }: VitInputs,
  config: VitConfig,
): Value {
  const patches = addPatches(graph, images, config);
  const first = numEmbeddedPrefixTokensOf(config);
  const positions = addTokens(graph, graph.weight(keyOf("posEmbed")), {
    start: first,
    end: first + numPatchesOf(config),
  });
  const positioned = graph.node("Add", [patches, positions]);
  const entering = visible ? addPick(graph, positioned, { visible }) : positioned;
  const prefix = addPrefix(graph, config);
  const batch = graph.node("Shape", [images], { start: 0, end: 1 });
  const shape = graph.node("Concat", [batch, graph.integers(1, 1)], { axis: 0 });
  const rows = graph.node("Expand", [prefix, shape]); // as many as images, whatever the batch
  return graph.node("Concat", [rows, entering], { axis: 1 });
}

/** Adds the patch embedding, [B, N, D]: a convolution reads no pixels beyond the last whole patch. */
function addPatches(
  graph: GraphBuilder,
  images: Value,
  config: VitConfig,
): Value {
  const { patchSize, embedDim } = config;
  const { weight, bias } = keysOf("patchEmbed");
  const sides = [patchSize, patchSize];
  const embedded = graph.node("Conv", [images, graph.weight(weight), graph.weight(bias)], {
    kernel_shape: sides,
    strides: sides,
  }); // [B, D, gridHeight, gridWidth]
  const shape = graph.integers(0, embedDim, numPatchesOf(config));
  return graph.node("Transpose", [graph.node("Reshape", [embedded, shape])], { perm: [0, 2, 1] });
}

/** Adds the choice of each image's visible patches, [B, V, D]. */
function addPick(graph: GraphBuilder, patches: Value, { visible }: { visible: Value }): Value {
  const indices = graph.node("Unsqueeze", [visible, graph.integers(-1)]);
  return graph.node("GatherND", [patches, indices], { batch_dims: 1 });
}

/** Adds CLS, then the distillation token or the registers, with their positions: [1, prefix, D]. */
function addPrefix(graph: GraphBuilder, config: VitConfig): Value {
  const tokens = ["clsToken", "distToken", "regToken"].map(keyOf).filter((key) => graph.has(key));
  const prefix = graph.node("Concat", tokens.map((key) => graph.weight(key)), { axis: 1 });
  const embedded = numEmbeddedPrefixTokensOf(config);
  if (embedded === 0) return prefix;
  const positions = graph.weight(keyOf("posEmbed"));
  return graph.node("Add", [prefix, addTokens(graph, positions, { start: 0, end: embedded })]);
}

/** Adds the classifiers, of a distilled model their mean; a headless model's hand on the CLS token. */
function addHeads(graph: GraphBuilder, tokens: Value, config: VitConfig): Value {
  const head = (name: string, index: number) => {
    const token = graph.node("Squeeze", [
      addTokens(graph, tokens, { start: index, end: index + 1 }),
      graph.integers(1),
    ]);
    return config.numClasses ? addLinear(graph, token, keysOf(name)) : token;
  };
  const logits = head("head", 0);
  if (!config.distilled) return logits;
  const sum = graph.node("Add", [logits, head("headDist", 1)]);
  return graph.node("Mul", [sum, graph.float(0.5)]);
}
