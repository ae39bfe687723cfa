/**
 * The sizes that attention's programs share.
 *
 * @module
 */
import type { TensorInfo } from "../tensors.ts";

/** Rows of a tile of `attention_tile.wgsl`. */
export const tileRows = 32;

/** Columns of a tile of `attention_tile.wgsl`. */
export const tileColumns = 64;

/** What the shape of qkv, [B, T, 3·H·d], says. */
export interface AttentionSizes {
  /** B. */
  readonly batch: number;
  /** T. */
  readonly numTokens: number;
  /** H. */
  readonly numHeads: number;
  /** d. */
  readonly headWidth: number;
}

/** Takes qkv's shape apart. */
export function sizesOf(
  { shape: [batch, numTokens, width] }: TensorInfo,
  numHeads: number,
): AttentionSizes {
  return { batch, numTokens, numHeads, headWidth: width / (3 * numHeads) };
}

/** The constants of `attention_tile.wgsl`, and the scale of the scores. */
export function constantsOf(
  { numTokens, numHeads, headWidth }: AttentionSizes,
): Record<string, number> {
  return { numTokens, numHeads, headWidth, scale: headWidth ** -0.5 };
}
