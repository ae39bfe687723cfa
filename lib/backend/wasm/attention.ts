/**
 * Attention on the WebAssembly heap: the heads are read where the joint qkv layer left them, one after
 * the other, so that the weights of a head stay in the processor's cache.
 *
 * @module
 */
import type { TensorInfo } from "../tensors.ts";
import type { Gemm } from "./gemm.ts";
import { type Head, HeadGeometry } from "./head_geometry.ts";
import type { Heap } from "./heap.ts";
import { type SimdKernels, simdKernelsOn } from "./simd_kernels.ts";

// Shape letters: B batch, H heads, T tokens, d width of a head, D = H·d.

const bytes = Float32Array.BYTES_PER_ELEMENT;

/** What to keep of the weights: nothing, those of `all` heads, or the heads fused. */
export type Keep = "nothing" | "all" | "mean" | "max" | "min";

/** What every step of a head's computation needs. */
interface Setting {
  readonly heap: Heap;
  readonly gemm: Gemm;
  readonly simd: SimdKernels;
  readonly geometry: HeadGeometry;
}

/** How attention is computed. */
export interface AttentionSettings {
  /** H. */
  readonly numHeads: number;
  /** What to keep of the weights. */
  readonly keep: Keep;
  /** Computes the matrix products. */
  readonly gemm: Gemm;
  /** Leave the values alone: only the weights are wanted. */
  readonly weightsOnly?: boolean;
}

/**
 * Computes softmax(q·kᵀ/√d)·v for every head.
 *
 * @param qkv float32, [B, T, 3·D], (query|key|value, head, channel) on its last axis.
 * @returns The mixed values [B, T, D] unless `weightsOnly`, then what was to be kept: weights
 * [B, H, T, T] or [B, T, T].
 */
export function attention(heap: Heap, qkv: TensorInfo, settings: AttentionSettings): TensorInfo[] {
  const { numHeads, keep, gemm, weightsOnly } = settings;
  const geometry = new HeadGeometry(heap, qkv, numHeads);
  const { batch, tokens, width, area } = geometry;
  const mixed = weightsOnly ? undefined : heap.output([batch, tokens, width]);
  const kept = keep === "nothing"
    ? undefined
    : heap.output(keep === "all" ? [batch, numHeads, tokens, tokens] : [batch, tokens, tokens]);
  heap.withScratch(area * bytes, (scratch) => {
    const setting = { heap, gemm, simd: simdKernelsOn(heap), geometry };
    let place = kept ? heap.address(kept) : 0;
    for (const head of geometry.heads()) {
      const weights = keep === "all" ? place : scratch;
      computeWeights(setting, head, weights);
      if (mixed) mix(setting, head, { weights, output: heap.address(mixed) });
      if (keep === "all") place += area * bytes;
      else if (keep !== "nothing") {
        fuse(setting, head, { weights, fused: place + head.image * area * bytes, keep });
      }
    }
  });
  return [mixed, kept].filter((tensor) => tensor !== undefined);
}

/** weights = softmax(q·kᵀ/√d), [T, T]. */
function computeWeights(
  { heap, gemm, simd, geometry }: Setting,
  head: Head,
  weights: number,
): void {
  const { tokens, width, headWidth } = geometry;
  const [lda, ldb] = [3 * width, 3 * width];
  gemm(heap, {
    ...{ transposeB: true, m: tokens, n: tokens, k: headWidth, alpha: headWidth ** -0.5 },
    ...{ a: head.queries, lda, b: head.keys, ldb, c: weights, ldc: tokens },
  });
  simd.softmaxRows(weights, tokens, tokens);
}

/** Writes weights·v into the head's columns of the output. */
function mix(
  { heap, gemm, geometry: { tokens, width, headWidth } }: Setting,
  head: Head,
  { weights, output }: { weights: number; output: number },
): void {
  gemm(heap, {
    ...{ m: tokens, n: headWidth, k: tokens, a: weights, lda: tokens },
    ...{ b: head.values, ldb: 3 * width, c: output + head.column, ldc: width },
  });
}

/** Merges a head into its image's map, the heads coming one after the other. */
function fuse(
  { heap, simd, geometry: { area, numHeads } }: Setting,
  { head }: Head,
  { weights, fused, keep }: { weights: number; fused: number; keep: "mean" | "max" | "min" },
): void {
  if (head === 0) heap.view(fused, area * bytes).set(heap.view(weights, area * bytes));
  else simd[`${keep === "mean" ? "add" : keep}Head`](fused, weights, area);
  if (keep === "mean" && head === numHeads - 1) simd.divide(fused, area, numHeads);
}

/** What the gradient of attention is computed from. */
export interface AttentionGradientInputs {
  /** float32, [B, T, D]: the gradient for the mixed values. */
  readonly dy: TensorInfo;
  /** float32, [B, T, 3·D]. */
  readonly qkv: TensorInfo;
  /** float32, [B, H, T, T]. */
  readonly weights: TensorInfo;
}

/**
 * Computes attention's gradient: dv = Pᵀ·dy, dS = P∘(dy·vᵀ − rowsum(dy·vᵀ∘P)), dq = dS·k/√d,
 * dk = dSᵀ·q/√d for the weights P of every head.
 *
 * @returns float32, [B, T, 3·D].
 */
export function attentionGradient(
  heap: Heap,
  { dy, qkv, weights }: AttentionGradientInputs,
  { numHeads, gemm }: { numHeads: number; gemm: Gemm },
): TensorInfo {
  const geometry = new HeadGeometry(heap, qkv, numHeads);
  const output = heap.output(qkv.shape);
  const shift = heap.address(output) - heap.address(qkv); // from an operand to its gradient
  heap.withScratch(geometry.area * bytes, (scores) => {
    const setting = { heap, gemm, simd: simdKernelsOn(heap), geometry };
    let place = heap.address(weights);
    for (const head of geometry.heads()) {
      const up = heap.address(dy) + head.column;
      headGradient(setting, head, { up, weights: place, scores, shift });
      place += geometry.area * bytes;
    }
  });
  return output;
}

function headGradient(
  { heap, gemm, simd, geometry: { tokens, width, headWidth } }: Setting,
  { queries, keys, values }: Head,
  { up, weights, scores, shift }: { up: number; weights: number; scores: number; shift: number },
): void {
  const [ofTokens, ofChannels] = [tokens, 3 * width];
  const perToken = { m: tokens, n: headWidth, k: tokens, ldb: ofChannels, ldc: ofChannels };
  gemm(heap, {
    ...{ ...perToken, transposeA: true, a: weights, lda: ofTokens },
    ...{ b: up, ldb: width, c: values + shift },
  });
  gemm(heap, {
    ...{ transposeB: true, m: tokens, n: tokens, k: headWidth },
    ...{ a: up, lda: width, b: values, ldb: ofChannels, c: scores, ldc: ofTokens },
  });
  simd.softmaxGradient(weights, scores, tokens, tokens);
  const ofScores = { ...perToken, alpha: headWidth ** -0.5, a: scores, lda: ofTokens };
  gemm(heap, { ...ofScores, b: keys, c: queries + shift });
  gemm(heap, { ...ofScores, transposeA: true, b: queries, c: keys + shift });
}
