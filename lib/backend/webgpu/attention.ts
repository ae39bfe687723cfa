/**
 * Attention and its maps on WebGPU, straight from timm's joint `qkv`, which is never cut into heads.
 *
 * Shape letters: B batch, H heads, T tokens, d width of a head, D = H·d.
 *
 * @module
 */
import type { TensorInfo } from "../tensors.ts";
import type { HeadFusion } from "../kernels/fuse_heads.ts";
import attentionSource from "./attention.wgsl" with { type: "text" };
import mapSource from "./attention_map.wgsl" with { type: "text" };
import mix from "./attention_mix.wgsl" with { type: "text" };
import products from "./attention_products.wgsl" with { type: "text" };
import {
  type AttentionSizes,
  constantsOf,
  sizesOf,
  tileColumns,
  tileRows,
} from "./attention_sizes.ts";
import scores from "./attention_scores.wgsl" with { type: "text" };
import statisticsSource from "./attention_statistics.wgsl" with { type: "text" };
import tile from "./attention_tile.wgsl" with { type: "text" };
import { dispatch } from "./dispatch.ts";
import { declareFours } from "./fours.ts";
import type { KernelCall, WebGpuBackend } from "./webgpu_backend.ts";

/** The numbers by which `attention_map.wgsl` knows the fusions; of a single head the mean is its weights. */
const fusionNumbers: Readonly<Record<HeadFusion | "all", number>> = {
  mean: 0,
  all: 0,
  max: 1,
  min: 2,
};

/**
 * softmax(q·kᵀ/√d)·v of all heads, side by side.
 *
 * @returns float32 [B, T, D], and unless `keep` is `nothing`, as {@linkcode attentionMap}.
 */
export function attention(
  { inputs: { qkv }, attrs: { numHeads, keep }, backend }: KernelCall<
    { qkv: TensorInfo },
    { numHeads: number; keep: "nothing" | "all" | HeadFusion }
  >,
): TensorInfo[] {
  const sizes = sizesOf(qkv, numHeads);
  const { batch, numTokens, headWidth } = sizes;
  const channelTiles = Math.ceil(headWidth / tileColumns);
  const aligned = headWidth % 4 === 0;
  const [mixed, statistics] = dispatch({
    name: "Attention",
    sources: () => [
      declareFours("qkv", { binding: 0, aligned }),
      declareFours("mixed", { binding: 1, aligned, writable: true }),
      tile,
      products,
      scores,
      mix,
      attentionSource,
    ],
    constants: { ...constantsOf(sizes), channelTiles },
  }, {
    backend,
    inputs: [qkv],
    outputs: [
      [batch, numTokens, numHeads * headWidth],
      [batch, numHeads, numTokens, 2],
    ],
    workgroups: [Math.ceil(numTokens / tileRows) * channelTiles, numHeads, batch],
  });
  const maps = keep === "nothing" ? [] : [mapOf({ qkv, statistics, sizes, keep, backend })];
  backend.disposeData(statistics.dataId);
  return [mixed, ...maps];
}

/**
 * softmax(q·kᵀ/√d) of all heads, or fused.
 *
 * @returns float32 [B, H, T, T] for `all`, else [B, T, T].
 */
export function attentionMap(
  { inputs: { qkv }, attrs: { numHeads, keep }, backend }: KernelCall<
    { qkv: TensorInfo },
    { numHeads: number; keep: "all" | HeadFusion }
  >,
): TensorInfo {
  const sizes = sizesOf(qkv, numHeads);
  const { batch, numTokens, headWidth } = sizes;
  const [statistics] = dispatch({
    name: "AttentionStatistics",
    sources: () => [
      declareFours("qkv", { binding: 0, aligned: headWidth % 4 === 0 }),
      tile,
      products,
      scores,
      statisticsSource,
    ],
    constants: constantsOf(sizes),
  }, {
    backend,
    inputs: [qkv],
    outputs: [[batch, numHeads, numTokens, 2]],
    workgroups: [Math.ceil(numTokens / tileRows), numHeads, batch],
  });
  const map = mapOf({ qkv, statistics, sizes, keep, backend });
  backend.disposeData(statistics.dataId);
  return map;
}

function mapOf({ qkv, statistics, sizes, keep, backend }: {
  qkv: TensorInfo;
  statistics: TensorInfo;
  sizes: AttentionSizes;
  keep: "all" | HeadFusion;
  backend: WebGpuBackend;
}): TensorInfo {
  const { batch, numTokens, numHeads, headWidth } = sizes;
  const [mapsPerImage, headsPerMap] = keep === "all" ? [numHeads, 1] : [1, numHeads];
  const [map] = dispatch({
    name: "AttentionMap",
    sources: () => [
      declareFours("qkv", { binding: 0, aligned: headWidth % 4 === 0 }),
      declareFours("fused", { binding: 2, aligned: numTokens % 4 === 0, writable: true }),
      tile,
      products,
      scores,
      mapSource,
    ],
    constants: { ...constantsOf(sizes), headsPerMap, fusion: fusionNumbers[keep] },
  }, {
    backend,
    inputs: [qkv, statistics],
    outputs: [
      keep === "all" ? [batch, numHeads, numTokens, numTokens] : [batch, numTokens, numTokens],
    ],
    workgroups: [
      Math.ceil(numTokens / tileColumns),
      Math.ceil(numTokens / tileRows),
      batch * mapsPerImage,
    ],
  });
  return map;
}
