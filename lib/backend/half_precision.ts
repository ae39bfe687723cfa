/**
 * Whether matrix products round what they multiply to float16.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";

/** Whether they do on this device: it has `shader-f16` only where half precision was asked for. */
export function isHalf({ features }: GPUDevice): boolean {
  return features.has("shader-f16");
}

/** Whether they do on the backend that tfjs runs on. */
export function computesInHalf(): boolean {
  if (tf.getBackend() !== "webgpu") return false;
  return isHalf((tf.backend() as tf.KernelBackend & { device: GPUDevice }).device);
}
