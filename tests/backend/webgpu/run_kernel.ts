/**
 * Runs one of our kernels on WebGPU and reads what it gives.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { registerWebGpuKernels } from "../../../lib/backend/webgpu/register.ts";
import type { HostTensor } from "../../../lib/weights/host_tensor.ts";
import { upload } from "../differentiate.ts";

/** An output, read back. */
export interface KernelOutput {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** Runs a kernel on tensors, named or in a list. */
export async function runKernel(
  name: string,
  { inputs, attrs = {} }: {
    inputs: Readonly<Record<string, HostTensor>> | readonly HostTensor[];
    attrs?: Readonly<Record<string, unknown>>;
  },
): Promise<KernelOutput[]> {
  registerWebGpuKernels();
  const outputs = tf.tidy(() => {
    const tensors = Array.isArray(inputs)
      ? inputs.map(upload)
      : Object.fromEntries(Object.entries(inputs).map(([key, input]) => [key, upload(input)]));
    const outputs: tf.Tensor | tf.Tensor[] = tf.engine().runKernel(
      name,
      tensors as tf.NamedTensorMap,
      attrs as tf.NamedAttrMap,
    );
    return Array.isArray(outputs) ? outputs : [outputs];
  });
  const read: KernelOutput[] = [];
  for (const output of outputs) {
    read.push({ shape: output.shape, data: await output.data<"float32">() });
  }
  tf.dispose(outputs);
  return read;
}
