/**
 * Scaled dot-product attention composed of tfjs's operations, for backends that have no kernel for it.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensor3D, Tensor4D } from "../tensors.ts";

// Shape letters: B batch, H heads, T tokens, d width of a head.

/** Queries, keys and values of all heads, each float32 [B·H, T, d]. */
export interface HeadInputs {
  /** What each token asks for. */
  readonly queries: Tensor3D;
  /** What each token answers to. */
  readonly keys: Tensor3D;
  /** What each token gives when it is attended to. */
  readonly values: Tensor3D;
}

/**
 * Cuts the output of timm's joint `qkv` layer into heads.
 *
 * @param qkv float32, [B, T, 3·H·d], ordered (query|key|value, head, channel) on its last axis.
 * @returns Queries, keys and values, each float32 [B·H, T, d]; the caller disposes them.
 */
export function splitHeads(qkv: Tensor3D, numHeads: number): HeadInputs {
  const [batch, tokens, width] = qkv.shape;
  const headWidth = width / (3 * numHeads);
  return tf.tidy(() => {
    const heads = qkv.reshape([batch, tokens, 3 * numHeads, headWidth])
      .transpose<Tensor4D>([0, 2, 1, 3]); // [B, 3·H, T, d]
    const part = (index: number): Tensor3D =>
      heads.slice([0, index * numHeads, 0, 0], [batch, numHeads, tokens, headWidth])
        .reshape([batch * numHeads, tokens, headWidth]);
    return { queries: part(0), keys: part(1), values: part(2) };
  });
}

/**
 * Computes A = softmax(q·kᵀ/√d) over the keys (Vaswani et al. 2017, arXiv:1706.03762).
 *
 * @returns float32, [B·H, T, T], rows summing to 1; the caller disposes it.
 */
export function attentionWeights({ queries, keys }: HeadInputs): Tensor3D {
  const scale = queries.shape[2] ** -0.5;
  return tf.tidy(() => tf.softmax(tf.matMul(queries.mul(scale), keys, false, true)));
}

/**
 * Mixes the values by the weights and puts the heads side by side again.
 *
 * @param weights float32, [B·H, T, T].
 * @returns float32, [B, T, H·d]; the caller disposes it.
 */
export function attend(
  weights: Tensor3D,
  { values, numHeads }: { values: Tensor3D; numHeads: number },
): Tensor3D {
  const [rows, tokens, headWidth] = values.shape;
  const batch = rows / numHeads;
  return tf.tidy(() =>
    tf.matMul(weights, values)
      .reshape([batch, numHeads, tokens, headWidth])
      .transpose([0, 2, 1, 3]) // [B, T, H, d]
      .reshape([batch, tokens, numHeads * headWidth])
  );
}
