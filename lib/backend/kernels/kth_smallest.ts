/**
 * Exact selection of the k-th smallest entry, without sorting: a radix select on bit patterns.
 *
 * Shape letters: B batch, M entries of one matrix.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensor1D, Tensor2D } from "../tensors.ts";
import { hasKernel, runKernel } from "./own_kernel.ts";

const failure = "Cannot select the k-th smallest entry";

/**
 * Selects the k-th smallest entry of each row, exactly: sort(values[b])[k − 1].
 *
 * The bit patterns of non-negative float32 numbers, read as unsigned integers, are ordered as the
 * numbers are; so the wanted pattern is found digit by digit from histograms, in time O(M). A GPU may
 * flush denormals (below 1.2e-38) to zero.
 *
 * @param values Non-negative float32 [B, M]; negative numbers and NaN are not ordered rightly.
 * @param k Rank from 1 (the smallest) to M (the largest).
 * @returns float32 [B]; the caller disposes it and `values`.
 * @throws {TypeError} When `values` is not a float32 matrix.
 * @throws {RangeError} When `k` is not an integer from 1 to M.
 */
export function kthSmallest(values: Tensor2D, k: number): Tensor1D {
  if (values.rank !== 2 || values.dtype !== "float32") {
    throw new TypeError(
      `${failure}: values is ${values.dtype} [${values.shape}], expected float32 [batch, entries]`,
    );
  }
  if (!Number.isInteger(k) || k < 1 || k > values.shape[1]) {
    throw new RangeError(
      `${failure}: k is ${k}, expected an integer from 1 to ${values.shape[1]}`,
    );
  }
  if (hasKernel("KthSmallest")) return runKernel("KthSmallest", { values }, { k });
  return selectOnHost(values, k);
}

/** The digits of a bit pattern, highest first; 2048 counts stay in the processor's first cache. */
const digits = [{ shift: 21, width: 11 }, { shift: 10, width: 11 }, { shift: 0, width: 10 }];

function kthBitPattern(patterns: Uint32Array, k: number): number {
  let known = 0; // the digits found so far, in place
  let knownMask = 0;
  let rank = k; // among the patterns that begin with the known digits
  for (const { shift, width } of digits) {
    const digitMask = (1 << width) - 1;
    const histogram = new Uint32Array(digitMask + 1);
    for (const pattern of patterns) {
      if ((pattern & knownMask) === known) histogram[(pattern >>> shift) & digitMask]++;
    }
    let digit = 0;
    while (rank > histogram[digit]) rank -= histogram[digit++];
    known |= digit << shift;
    knownMask |= digitMask << shift;
  }
  return known;
}

function selectOnHost(values: Tensor2D, k: number): Tensor1D {
  const [batch, size] = values.shape;
  const data = values.dataSync<"float32">();
  const patterns = new Uint32Array(data.buffer, data.byteOffset, data.length);
  const selected = new Uint32Array(batch);
  for (let b = 0; b < batch; b++) {
    selected[b] = kthBitPattern(patterns.subarray(b * size, (b + 1) * size), k);
  }
  return tf.tensor1d(new Float32Array(selected.buffer));
}
