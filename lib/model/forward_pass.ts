/**
 * What a vision transformer's forward pass is told, and what it gives.
 *
 * @module
 */
import type { AttentionRequest } from "../backend/kernels/attention.ts";
import type { Tensor, Tensor2D, Tensor3D } from "../backend/tensors.ts";

// Shape letters: B batch, H heads, V visible patches, T tokens = prefix + patches, D embedDim.

/** What a model computed; the caller disposes every tensor. */
export interface VitOutputs {
  /** float32, [B, T, D], after the final norm; of the class tokens alone [B, 1 or 2, D]. */
  readonly tokens: Tensor3D;
  /**
   * float32, [B, numClasses], of a distilled model the mean of both heads; a headless model's heads hand
   * on their tokens: [B, D].
   */
  readonly logits: Tensor2D;
  /** On request, one a layer, the first layer first: float32 [B, T, T] fused, or [B, H, T, T]. */
  readonly attentions: Tensor[];
}

/** What to compute beside tokens and logits, and on which patches. */
export interface ForwardOptions {
  /** Keep every layer's attention: `all` heads, or fused. */
  readonly attentions?: AttentionRequest;
  /** int32, [B, V]: the patches that enter the encoder; all when absent (MAE: He et al. 2021, arXiv:2111.06377). */
  readonly visible?: Tensor2D;
  /**
   * Which tokens leave the last block: `class` computes no more of it than the logits need, the CLS token
   * and a distilled model's distillation token.
   */
  readonly tokens?: "all" | "class";
}
