/**
 * What a student's parameters are called in its file, and in its ONNX graph.
 *
 * @module
 */
import { timmKeyOf } from "../../weights/key_map.ts";

/** The keys of a layer's parameters. */
export interface LayerKeys {
  /** The weight's; a linear one is [out, in]. */
  readonly weight: string;
  /** The bias's; not every layer has one. */
  readonly bias: string;
}

/** The projection's keys. */
export const projectionKeys: LayerKeys = { weight: "projection.weight", bias: "projection.bias" };

/** The key of a parameter of the base model, e.g. `model.cls_token` of `clsToken`. */
export function keyOf(parameter: string): string {
  return `model.${timmKeyOf(parameter)}`;
}

/** The keys of a layer of the base model, e.g. `blocks.3.qkv`. */
export function keysOf(layer: string): LayerKeys {
  return { weight: keyOf(`${layer}.weight`), bias: keyOf(`${layer}.bias`) };
}
