/**
 * Reading tensors off the WebAssembly heap without a copy in between.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensor } from "../tensors.ts";
import { Heap } from "./heap.ts";

/**
 * Copies a tensor into an array; tfjs's own way makes an array of its own first.
 *
 * @param tensor float32, on the backend "wasm", which must be the active one.
 * @param target As many elements; it may be in memory that threads share.
 */
export function copyOut(tensor: Tensor, target: Float32Array): void {
  const heap = new Heap(tf.backend());
  const bytes = new Uint8Array(target.buffer, target.byteOffset, target.byteLength);
  bytes.set(heap.view(heap.address(tensor), target.byteLength));
}
