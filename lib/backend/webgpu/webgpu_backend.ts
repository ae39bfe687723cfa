/**
 * The parts of tfjs's WebGPU backend that kernels of our own work with; tfjs does not export its type.
 *
 * @module
 */
import type { TensorInfo } from "../tensors.ts";

/** tfjs's WebGPU backend: it owns the device, the buffers of all tensors and the commands not yet submitted. */
export interface WebGpuBackend {
  /** The device that every tensor lives on. */
  readonly device: GPUDevice;
  /** What tfjs knows about each tensor's data. */
  readonly tensorMap: {
    get(dataId: object): { resource: GPUBuffer; dtype: string };
  };
  /** Data that recorded commands use; it is freed after they were submitted. */
  readonly commandQueueOwnedIds: WeakSet<object>;
  /** The commands recorded so far; null right after a submission. */
  readonly commandEncoder: GPUCommandEncoder | null;
  /** The open compute pass of `commandEncoder`, if any. */
  computePassEncoder: GPUComputePassEncoder | null;
  /** Dispatches since the last submission. */
  dispatchCountInPass: number;
  /** While `tf.time` runs: a timer for each dispatch. */
  readonly activeTimers?: { name: string; query: Promise<number> }[] | null;
  /** Whether the device can time dispatches. */
  readonly supportTimestampQuery: boolean;
  /** Two time stamps, made at the first dispatch that is timed. */
  querySet: GPUQuerySet | null;
  /** Makes a tensor's data known; without values its contents are undefined. */
  makeTensorInfo(shape: number[], dtype: "float32", values?: Float32Array): TensorInfo;
  /** Gives the data its buffer, filled with values that so far are on the host only. */
  uploadToGPU(dataId: object): void;
  /** Frees a tensor's data, at the latest after the submission of the commands that use it. */
  disposeData(dataId: object): boolean;
  /** Opens `commandEncoder`. */
  ensureCommandEncoderReady(): void;
  /** Closes `computePassEncoder`. */
  endComputePassEncoder(): void;
  /** Submits the recorded commands. */
  submitQueue(): void;
  /** Submits and reads the time stamps, in milliseconds. */
  getQueryTime(): Promise<number>;
}

/** What tfjs calls a kernel with. */
export interface KernelCall<Inputs, Attributes = unknown> {
  /** The tensors by name. */
  readonly inputs: Inputs;
  /** The other arguments. */
  readonly attrs: Attributes;
  /** The backend that the tensors live on. */
  readonly backend: WebGpuBackend;
}
