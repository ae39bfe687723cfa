/**
 * Gives tfjs's WebGPU backend a device that computes in half precision, or its own.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";

const backendName = "webgpu";
const priority = 3; // tfjs's own: above its other backends

const original = tf.findBackendFactory(backendName);

/**
 * Settles on what device the backend starts. A change frees the one that runs, with every tensor on it.
 *
 * @param options `half`: on a device with `shader-f16`, which the adapter must have; tfjs asks for none.
 */
export function choosePrecision({ half }: { half: boolean }): void {
  const isHalfChosen = tf.findBackendFactory(backendName) === startInHalf;
  if (half === isHalfChosen) return;
  tf.removeBackend(backendName);
  tf.registerBackend(backendName, half ? startInHalf : original, priority);
}

/** What tfjs asks a device for where the adapter has it, beside the adapter's limits. */
const optionalFeatures = ["timestamp-query", "bgra8unorm-storage"] as const;
const limitNames = [
  "maxComputeWorkgroupStorageSize",
  "maxComputeWorkgroupsPerDimension",
  "maxStorageBufferBindingSize",
  "maxBufferSize",
  "maxComputeWorkgroupSizeX",
  "maxComputeInvocationsPerWorkgroup",
] as const;

async function startInHalf(): Promise<tf.KernelBackend> {
  const adapter = await navigator.gpu.requestAdapter({ powerPreference: "high-performance" });
  if (!adapter) throw new Error("Cannot start WebGPU: no adapter answers any more");
  const { features, limits, info } = adapter;
  const device = await adapter.requestDevice({
    requiredFeatures: [...optionalFeatures.filter((name) => features.has(name)), "shader-f16"],
    requiredLimits: Object.fromEntries(limitNames.map((name) => [name, limits[name]])),
  });
  return new WebGPUBackend(device, info) as unknown as tf.KernelBackend;
}
