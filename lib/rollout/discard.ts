/**
 * Zeroes the weakest attention of a layer.
 *
 * Shape letters: B batch, T tokens.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { kthSmallest } from "../backend/kernels/kth_smallest.ts";
import type { Tensor2D, Tensor3D } from "../backend/tensors.ts";
import { discardCount } from "./settings.ts";

/**
 * Zeroes the k = ⌊T²·discardRatio⌋ smallest entries of each matrix, but never the flat index 0
 * (CLS→CLS), although that entry may take one of the k places.
 *
 * Entries equal to the k-th smallest are all zeroed, so that ties may cost more than k entries: which
 * of them go would otherwise depend on the machine.
 *
 * @param attention Fused attention, non-negative float32 [B, T, T].
 * @param discardRatio Share to zero, from 0 to 1.
 * @returns float32 [B, T, T]; the caller disposes it and `attention`.
 */
export function discardSmallest(attention: Tensor3D, discardRatio: number): Tensor3D {
  const [batch, tokens] = attention.shape;
  const count = discardCount(tokens, discardRatio);
  if (count === 0) return attention.clone();
  return tf.tidy(() => {
    const entries = attention.reshape<Tensor2D>([batch, tokens * tokens]);
    const threshold = kthSmallest(entries, count).expandDims(1); // [B, 1]
    const isFirst = tf.ones([1, 1]).pad([[0, 0], [0, tokens * tokens - 1]]); // [1, T·T]
    // Sums and products instead of comparisons: on the wasm backend, those that broadcast are slow or
    // abort. The first entry's limit is −1, which no entry falls below.
    const limits = threshold.mul(tf.sub(1, isFirst)).sub(isFirst); // [B, T·T]
    const isKept = tf.step(entries.sub(limits));
    return entries.mul(isKept).reshape([batch, tokens, tokens]);
  });
}
