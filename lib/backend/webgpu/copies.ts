/**
 * Copies between many tensors and one, without a program: where tensors are many and small, a copy costs a
 * fraction of a dispatch.
 *
 * @module
 */
import type { TensorInfo } from "../tensors.ts";
import { bufferOf } from "./dispatch.ts";
import type { WebGpuBackend } from "./webgpu_backend.ts";

/** Where the parts lie within the whole. */
export interface Layout {
  /** The first number of each part. */
  readonly offsets: readonly number[];
  /** Numbers in the whole. */
  readonly size: number;
}

/**
 * Copies tensors into a new one.
 *
 * @returns float32 [size], undefined between the parts; the caller disposes it.
 */
export function gather(
  parts: readonly TensorInfo[],
  { offsets, size, backend }: Layout & { backend: WebGpuBackend },
): TensorInfo {
  const whole = backend.makeTensorInfo([size], "float32");
  const target = bufferOf(whole, backend);
  const sources = parts.map((part) => bufferOf(part, backend));
  const encoder = encoderOf(backend);
  sources.forEach((source, i) =>
    encoder.copyBufferToBuffer(source, 0, target, 4 * offsets[i], source.size)
  );
  return whole;
}

/**
 * Copies parts of a tensor into new ones.
 *
 * @returns float32, of the shapes given; the caller disposes them and `whole`.
 */
export function scatter(
  whole: TensorInfo,
  { shapes, offsets, backend }: {
    shapes: readonly number[][];
    offsets: readonly number[];
    backend: WebGpuBackend;
  },
): TensorInfo[] {
  const parts = shapes.map((shape) => backend.makeTensorInfo(shape, "float32"));
  const source = bufferOf(whole, backend);
  const targets = parts.map((part) => bufferOf(part, backend));
  const encoder = encoderOf(backend);
  targets.forEach((target, i) =>
    encoder.copyBufferToBuffer(source, 4 * offsets[i], target, 0, target.size)
  );
  return parts;
}

/** Copies are recorded between compute passes. */
function encoderOf(backend: WebGpuBackend): GPUCommandEncoder {
  backend.ensureCommandEncoderReady();
  backend.endComputePassEncoder();
  return backend.commandEncoder!;
}
