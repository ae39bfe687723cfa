/**
 * Attention as a trained model has it, without a model.
 *
 * @module
 */
import type { LayerAttention } from "../../lib/rollout/reference.ts";
import type { Random } from "../../lib/random/random.ts";

/** Standard deviation of the logits: most of a row's weight falls on a few tokens. */
const SHARPNESS = 3;

/** Draws the attention of one layer for one image: each row is a softmax of normal numbers. */
export function randomAttention(
  random: Random,
  { heads, tokens }: { heads: number; tokens: number },
): LayerAttention & { data: Float32Array } {
  const data = new Float32Array(heads * tokens * tokens);
  for (let start = 0; start < data.length; start += tokens) {
    const weights = Array.from({ length: tokens }, () => Math.exp(random.normal(0, SHARPNESS)));
    const sum = weights.reduce((total, weight) => total + weight, 0);
    data.set(weights.map((weight) => weight / sum), start);
  }
  return { heads, tokens, data };
}
