/**
 * One pre-norm transformer block.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import {
  attention,
  attentionMap,
  type AttentionOutput,
  type AttentionRequest,
} from "../backend/kernels/attention.ts";
import { gelu } from "../backend/kernels/gelu.ts";
import { layerNorm } from "../backend/kernels/layer_norm.ts";
import { linear } from "../backend/kernels/linear.ts";
import type { Tensor, Tensor3D } from "../backend/tensors.ts";
import { attendFromFirstTokens } from "./class_attention.ts";

// Shape letters: B batch, H heads, T tokens, D embedDim.

/** Looks up a block's parameter by its name within the block, e.g. `qkv.weight`. */
export type BlockParameters = (name: string) => Tensor | undefined;

/** How a block is run. */
export interface BlockOptions {
  /** Attention heads, H. */
  readonly numHeads: number;
  /** The attention to hand back; by default none, and where there is nothing else, every head's. */
  readonly attentions?: AttentionRequest;
  /** How many tokens leave the block, the first ones; all when absent. */
  readonly numOutputs?: number;
}

/** A block's output tokens, and its attention where it was asked for; the caller disposes both. */
export interface BlockOutput {
  /** float32, [B, T, D], or [B, numOutputs, D]. */
  readonly tokens: Tensor3D;
  /** float32, [B, H, T, T] for `all`, else [B, T, T]. */
  readonly attention?: Tensor;
}

/**
 * Applies x ← x + γ₁·attention(norm₁(x)), then x ← x + γ₂·mlp(norm₂(x)).
 *
 * Dosovitskiy et al. 2020, arXiv:2010.11929; the LayerScale γ is Touvron et al. 2021, arXiv:2103.17239.
 *
 * @param x float32, [B, T, D].
 * @param block The block's parameters.
 */
export function transformerBlock(
  x: Tensor3D,
  block: BlockParameters,
  { numHeads, attentions, numOutputs }: BlockOptions,
): BlockOutput {
  const [batch, , width] = x.shape;
  return tf.tidy(() => {
    const { mixed, attention } = mix(x, block, { numHeads, attentions, numOutputs });
    // rows from here on: what each token goes through alone needs no batch
    const projected = linear(mixed.reshape([-1, width]), dense("proj", block));
    const attended = firstTokens(x, numOutputs).reshape([-1, width])
      .add(scaled(projected, block("ls1")));
    const hidden = gelu(linear(norm("norm2", attended, block), dense("fc1", block)));
    const tokens = attended.add(scaled(linear(hidden, dense("fc2", block)), block("ls2")))
      .reshape<Tensor3D>([batch, -1, width]);
    return attention ? { tokens, attention } : { tokens };
  });
}

/** The values mixed by attention, [B, numOutputs, D], and the attention that was asked for. */
function mix(
  x: Tensor3D,
  block: BlockParameters,
  { numHeads, attentions, numOutputs }: BlockOptions,
): AttentionOutput {
  if (numOutputs !== undefined && !attentions) {
    const options = { numHeads, numQueries: numOutputs };
    return { mixed: attendFromFirstTokens(norm("norm1", x, block), dense("qkv", block), options) };
  }
  const output = attention(queryKeyValue(x, block), { numHeads, keep: attentions });
  return { ...output, mixed: firstTokens(output.mixed, numOutputs) };
}

/**
 * Computes a block's attention alone: of the last block a rollout needs neither values nor MLP.
 *
 * @param x float32, [B, T, D].
 * @returns As {@linkcode BlockOutput}'s `attention`; the caller disposes it.
 */
export function blockAttention(
  x: Tensor3D,
  block: BlockParameters,
  { numHeads, attentions = "all" }: BlockOptions,
): Tensor {
  return tf.tidy(() => attentionMap(queryKeyValue(x, block), { numHeads, keep: attentions }));
}

function queryKeyValue(x: Tensor3D, block: BlockParameters): Tensor3D {
  return linear(norm("norm1", x, block), dense("qkv", block)) as Tensor3D; // [B, T, 3·D]
}

function firstTokens(x: Tensor3D, count: number | undefined): Tensor3D {
  return count === undefined ? x : x.slice([0, 0, 0], [x.shape[0], count, x.shape[2]]);
}

function norm<T extends Tensor>(name: string, x: T, block: BlockParameters): T {
  return layerNorm(x, { weight: block(`${name}.weight`)!, bias: block(`${name}.bias`)! }) as T;
}

function dense(name: string, block: BlockParameters) {
  return { weight: block(`${name}.weight`)!, bias: block(`${name}.bias`) };
}

function scaled(x: Tensor, gamma: Tensor | undefined): Tensor {
  return gamma ? x.mul(gamma) : x;
}
