/**
 * Attention of a few tokens, without the keys and values of the others.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { linear } from "../backend/kernels/linear.ts";
import type { Tensor, Tensor3D } from "../backend/tensors.ts";

// Shape letters: B batch, H heads, T tokens, Q queries, d width of a head, D = H·d.

/**
 * Computes softmax(q·kᵀ/√d)·v for the first tokens alone, in another order than for all of them:
 * q·(x·Wₖ)ᵀ = (q·Wₖᵀ)·xᵀ and P·(x·Wᵥ) = (P·x)·Wᵥ, so that no token needs a key or a value. The keys'
 * bias adds the same to all scores of a query, which the softmax takes no notice of; the weights of a
 * query sum to 1, so that the values' bias is added once.
 *
 * @param x float32, [B, T, D]: what the joint layer `qkv` is applied to.
 * @param qkv Its `weight` [D, 3·D], (query|key|value, head, channel) on the last axis, and `bias` [3·D].
 * @param options `numHeads` is H, `numQueries` Q.
 * @returns The values mixed by the weights, heads side by side: float32, [B, Q, D]; the caller disposes it.
 */
export function attendFromFirstTokens(
  x: Tensor3D,
  qkv: { weight: Tensor; bias?: Tensor },
  { numHeads, numQueries }: { numHeads: number; numQueries: number },
): Tensor3D {
  const [batch, , width] = x.shape;
  const headWidth = width / numHeads;
  const rows = batch * numQueries;
  const weightOf = (part: number) => qkv.weight.slice([0, part * width], [width, width]);
  const biasOf = (part: number) => qkv.bias?.slice([part * width], [width]);
  const byHead = (x: Tensor) => x.reshape([-1, numHeads, headWidth]).transpose<Tensor3D>([1, 0, 2]);
  return tf.tidy(() => {
    const first = x.slice([0, 0, 0], [batch, numQueries, width]).reshape([rows, width]);
    const queries = linear(first, { weight: weightOf(0), bias: biasOf(0) }).mul(headWidth ** -0.5);
    const directions = tf.matMul(byHead(queries), byHead(weightOf(1)), false, true) // [H, B·Q, D]
      .reshape([numHeads, batch, numQueries, width]).transpose([1, 0, 2, 3])
      .reshape<Tensor3D>([batch, numHeads * numQueries, width]);
    const weights = tf.softmax(tf.matMul(directions, x, false, true)); // [B, H·Q, T]
    const sums = tf.matMul(weights, x)
      .reshape([batch, numHeads, numQueries, width]).transpose([1, 0, 2, 3])
      .reshape<Tensor3D>([numHeads, rows, width]);
    const mixed = tf.matMul(sums, byHead(weightOf(2))).transpose([1, 0, 2]).reshape([rows, width]);
    const bias = biasOf(2);
    return (bias ? mixed.add(bias) : mixed).reshape([batch, numQueries, width]);
  });
}
