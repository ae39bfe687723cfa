/**
 * Merges the attention heads of one layer into a single matrix.
 *
 * Shape letters: B batch, H heads, T tokens.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensor3D, Tensor4D } from "../tensors.ts";

/** How the heads of a layer are merged, entry by entry. */
export type HeadFusion = "mean" | "max" | "min";

/** Every head fusion, in the order in which messages and help texts list them. */
export const headFusions: readonly HeadFusion[] = ["mean", "max", "min"];

/**
 * Fuses the heads of one layer: fused[b, i, j] is the mean, the largest or the smallest of
 * attention[b, h, i, j] over the heads h.
 *
 * @param attention Attention after the softmax, float32 [B, H, T, T].
 * @returns The fused attention, float32 [B, T, T]; the caller disposes it and `attention`.
 * @throws {TypeError} When `attention` is not [B, H, T, T].
 * @throws {RangeError} When `fusion` is none of `mean`, `max`, `min`.
 */
export function fuseHeads(attention: Tensor4D, fusion: HeadFusion): Tensor3D {
  const [, , rows, columns] = attention.shape;
  if (attention.rank !== 4 || rows !== columns) {
    throw new TypeError(
      `Cannot fuse heads: attention is [${attention.shape}], expected [batch, heads, tokens, tokens]`,
    );
  }
  if (!headFusions.includes(fusion)) {
    throw new RangeError(
      `Cannot fuse heads: head fusion is ${fusion}, expected ${headFusions.join(", ")}`,
    );
  }
  if (fusion === "max") return tf.max(attention, 1);
  if (fusion === "min") return tf.min(attention, 1);
  return meanOverHeads(attention);
}

/**
 * Multiplies by ones and divides once. On wasm this adds the heads from first to last, as PyTorch does;
 * on WebGPU it spares the transposed copy of the attention that tfjs's own mean makes.
 */
function meanOverHeads(attention: Tensor4D): Tensor3D {
  const [batch, heads, tokens] = attention.shape;
  return tf.tidy(() =>
    tf.matMul(tf.ones([1, 1, heads]), attention.reshape([batch, heads, tokens * tokens]))
      .div(heads)
      .reshape([batch, tokens, tokens])
  );
}
