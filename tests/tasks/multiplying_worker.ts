/**
 * A worker that multiplies matrices, in passes, until it is ended: most of the time it is within the BLAS.
 *
 * @module
 */
/// <reference lib="deno.worker" />
import * as tf from "@tensorflow/tfjs";
import { openBackend } from "../../lib/backend/open_backend.ts";

declare const self: DedicatedWorkerGlobalScope;

await openBackend("wasm", { blasThreads: 1 });
const matrix = tf.ones([1024, 1024]);
self.postMessage("at work");
while (true) {
  for (let product = 0; product < 10; product++) tf.matMul(matrix, matrix).dispose();
  await new Promise((done) => setTimeout(done)); // a worker ends between passes
}
