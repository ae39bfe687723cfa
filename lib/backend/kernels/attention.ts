/**
 * Scaled dot-product attention (Vaswani et al. 2017, arXiv:1706.03762) on the joint qkv layer's output.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensor, Tensor3D, Tensor4D } from "../tensors.ts";
import { attend, attentionWeights, type HeadInputs, splitHeads } from "./composed_attention.ts";
import { fuseHeads, type HeadFusion } from "./fuse_heads.ts";
import { hasKernel, isDifferentiating, runKernel, runKernelForAll } from "./own_kernel.ts";

// Shape letters: B batch, H heads, T tokens, D = H·(width of a head).

/** Which attention weights to hand back: every head's, or the heads fused into one. */
export type AttentionRequest = "all" | HeadFusion;

/** What attention gives; the caller disposes both. */
export interface AttentionOutput {
  /** The values mixed by the weights, heads side by side: float32, [B, T, D]. */
  readonly mixed: Tensor3D;
  /** The weights that were asked for: float32, [B, H, T, T] for `all`, else [B, T, T]. */
  readonly attention?: Tensor;
}

/**
 * Computes softmax(q·kᵀ/√d)·v for every head. The gradient flows through the mixed values alone.
 *
 * @param qkv float32, [B, T, 3·D], timm's order (query|key|value, head, channel) on the last axis.
 * @param options `numHeads` is H; `keep` asks for weights.
 */
export function attention(
  qkv: Tensor3D,
  { numHeads, keep }: { numHeads: number; keep?: AttentionRequest },
): AttentionOutput {
  if (!hasKernel("Attention")) return tf.tidy(() => ({ ...composed(qkv, { numHeads, keep }) }));
  if (isDifferentiating()) {
    const mixed = differentiable(qkv, numHeads);
    return keep ? { mixed, attention: attentionMap(qkv, { numHeads, keep }) } : { mixed };
  }
  const attributes = { numHeads, keep: keep ?? "nothing" };
  const [mixed, attention] = runKernelForAll("Attention", { qkv }, attributes);
  return { mixed: mixed as Tensor3D, attention };
}

/**
 * Computes the weights alone: of a rollout's last block nothing else is needed.
 *
 * @param qkv As {@linkcode attention} takes it; the values are not read.
 * @returns float32, [B, H, T, T] for `all`, else [B, T, T]; the caller disposes it.
 */
export function attentionMap(
  qkv: Tensor3D,
  { numHeads, keep }: { numHeads: number; keep: AttentionRequest },
): Tensor {
  if (hasKernel("AttentionMap")) return runKernel("AttentionMap", { qkv }, { numHeads, keep });
  return tf.tidy(() => {
    const weights = attentionWeights(splitHeads(qkv, numHeads));
    return requested(weights, { numHeads, keep });
  });
}

/** Attention by the kernel, which keeps every head's weights for its gradient. */
function differentiable(qkv: Tensor3D, numHeads: number): Tensor3D {
  const apply = tf.customGrad((qkv, save) => {
    const input = qkv as Tensor3D;
    const attributes = { numHeads, keep: "all" };
    const [mixed, weights] = runKernelForAll("Attention", { qkv: input }, attributes);
    (save as tf.GradSaveFunc)([input, weights]);
    const gradFunc = (dy: Tensor, [qkv, weights]: Tensor[]) =>
      runKernel("AttentionGradient", { dy, qkv, weights }, { numHeads });
    return { value: mixed, gradFunc };
  });
  return apply(qkv) as Tensor3D;
}

function composed(
  qkv: Tensor3D,
  { numHeads, keep }: { numHeads: number; keep?: AttentionRequest },
): AttentionOutput {
  const heads: HeadInputs = splitHeads(qkv, numHeads);
  const weights = attentionWeights(heads);
  const mixed = attend(weights, { values: heads.values, numHeads });
  return keep ? { mixed, attention: requested(weights, { numHeads, keep }) } : { mixed };
}

function requested(
  weights: Tensor3D,
  { numHeads, keep }: { numHeads: number; keep: AttentionRequest },
): Tensor {
  const [rows, tokens] = weights.shape;
  const perHead = weights.reshape<Tensor4D>([rows / numHeads, numHeads, tokens, tokens]);
  return keep === "all" ? perHead : fuseHeads(perHead, keep);
}
