/**
 * How many photos a worker thread learns from at once.
 *
 * @module
 */
import { numPatchesOf, numPrefixTokensOf, type VitConfig } from "../model/vit_config.ts";

/** Enough to keep matrix products long, and gradients seldom added up (measured). */
const mostPhotos = 8;
/** What the activations of a pass may take, in bytes: tfjs's WebAssembly heap ends at 4 GiB. */
const mostBytes = 2 ** 30;

/**
 * Bytes that a student keeps of one photo for its gradient: in each block about sixteen rows of its width
 * a token (its inputs, norms, queries, keys and values, and twice the hidden layer), and each head's
 * weights.
 */
export function activationBytes(config: VitConfig): number {
  const tokens = numPrefixTokensOf(config) + numPatchesOf(config);
  const perBlock = 16 * tokens * config.embedDim + config.numHeads * tokens ** 2;
  return config.depth * perBlock * Float32Array.BYTES_PER_ELEMENT;
}

/** Photos of one pass, the same on every machine: results depend on it in their last bits. */
export function photosInPass(config: VitConfig): number {
  const fitting = Math.floor(mostBytes / activationBytes(config));
  return Math.max(1, Math.min(mostPhotos, fitting));
}
