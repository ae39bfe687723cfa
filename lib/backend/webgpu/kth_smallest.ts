/**
 * Selection of the k-th smallest entry on WebGPU: a radix select on bit patterns.
 *
 * @module
 */
import type { TensorInfo } from "../tensors.ts";
import { dispatch } from "./dispatch.ts";
import source from "./kth_smallest.wgsl" with { type: "text" };
import type { KernelCall } from "./webgpu_backend.ts";

/**
 * The k-th smallest of each row of non-negative numbers, k from 1; a GPU may take denormals for zero.
 *
 * @returns float32 [rows].
 */
export function kthSmallest(
  { inputs: { values }, attrs: { k }, backend }: KernelCall<{ values: TensorInfo }, { k: number }>,
): TensorInfo {
  const [rows] = values.shape;
  const options = { backend, inputs: [values], outputs: [[rows]], integers: [k], workgroups: rows };
  return dispatch({ name: "KthSmallest", sources: () => [source] }, options)[0];
}
