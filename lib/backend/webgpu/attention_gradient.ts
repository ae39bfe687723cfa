/**
 * The gradient of attention on WebGPU, in two dispatches: one makes the gradients of the scores and the
 * queries, the other those of the keys and values.
 *
 * @module
 */
import type { TensorInfo } from "../tensors.ts";
import keyValueSource from "./attention_key_value_gradient.wgsl" with { type: "text" };
import mix from "./attention_mix.wgsl" with { type: "text" };
import products from "./attention_products.wgsl" with { type: "text" };
import querySource from "./attention_query_gradient.wgsl" with { type: "text" };
import {
  type AttentionSizes,
  constantsOf,
  sizesOf,
  tileColumns,
  tileRows,
} from "./attention_sizes.ts";
import tile from "./attention_tile.wgsl" with { type: "text" };
import { dispatch } from "./dispatch.ts";
import { declareFours } from "./fours.ts";
import type { KernelCall } from "./webgpu_backend.ts";

// Shape letters: B batch, H heads, T tokens, d width of a head, D = H·d.

/** What the gradient is computed from. */
export interface AttentionGradientInputs {
  /** The gradient by the mixed values, dO, float32 [B, T, D]. */
  readonly dy: TensorInfo;
  /** float32 [B, T, 3·D]. */
  readonly qkv: TensorInfo;
  /** The attention of every head, P, float32 [B, H, T, T]. */
  readonly weights: TensorInfo;
}

/**
 * The gradient by qkv: dv = Pᵀ·dO, dP = dO·vᵀ, dS = P∘(dP − rowsum(dP∘P))/√d, dq = dS·k, dk = dSᵀ·q.
 *
 * @returns float32 [B, T, 3·D].
 */
export function attentionGradient(
  { inputs: { dy, qkv, weights }, attrs: { numHeads }, backend }: KernelCall<
    AttentionGradientInputs,
    { numHeads: number }
  >,
): TensorInfo {
  const sizes = sizesOf(qkv, numHeads);
  const { batch, numTokens, headWidth } = sizes;
  const rowTiles = Math.ceil(numTokens / tileRows);
  const channelTiles = Math.ceil(headWidth / tileColumns);
  const [dScores, dQueries] = dispatch({
    name: "AttentionQueryGradient",
    sources: () => [...buffers(sizes, { writesScores: true }), tile, products, mix, querySource],
    constants: constantsOf(sizes),
  }, {
    backend,
    inputs: [qkv, dy, weights],
    outputs: [weights.shape, qkv.shape],
    workgroups: [rowTiles, numHeads, batch],
  });
  const [dQkv] = dispatch({
    name: "AttentionKeyValueGradient",
    sources: () => [...buffers(sizes, { writesScores: false }), tile, keyValueSource],
    constants: { ...constantsOf(sizes), channelTiles },
  }, {
    backend,
    inputs: [qkv, dy, weights, dScores],
    outputs: [dQueries],
    workgroups: [rowTiles * channelTiles, numHeads, batch],
  });
  backend.disposeData(dScores.dataId);
  return dQkv;
}

function buffers(
  { headWidth, numTokens }: AttentionSizes,
  { writesScores }: { writesScores: boolean },
): string[] {
  const aligned = headWidth % 4 === 0;
  const alignedTokens = numTokens % 4 === 0;
  return [
    declareFours("qkv", { binding: 0, aligned }),
    declareFours("dy", { binding: 1, aligned }),
    declareFours("weights", { binding: 2, aligned: alignedTokens }),
    declareFours("dScores", { binding: 3, aligned: alignedTokens, writable: writesScores }),
    declareFours("dQkv", { binding: 4, aligned, writable: true }),
  ];
}
