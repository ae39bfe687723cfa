/**
 * Reads and writes safetensors files, strictly: a damaged file is refused by name, and what is written
 * depends on the tensors alone.
 *
 * @module
 */
import { writeFileAtomically } from "../files/atomic_write.ts";
import { DEFAULT_MAX_TENSOR_MB, MEGABYTE, type WeightLimits } from "../files/limits.ts";
import type { HostTensor } from "./host_tensor.ts";
import {
  type SafetensorsContent,
  type SafetensorsWriteOptions,
  serialisedPieces,
} from "./safetensors_bytes.ts";
import { SafetensorsFile } from "./safetensors_file.ts";

export {
  float32Tensor,
  type HostTensor,
  type SafetensorsDtype,
  toFloat32,
  type TypedArray,
} from "./host_tensor.ts";
export {
  parseSafetensors,
  type SafetensorsContent,
  type SafetensorsWriteOptions,
  serialiseSafetensors,
} from "./safetensors_bytes.ts";
export { SafetensorsFile } from "./safetensors_file.ts";
export type { TensorEntry } from "./safetensors_header.ts";

/**
 * Reads a safetensors file whole.
 *
 * @param path The file.
 * @param limits What it may ask for; `maxTensorMb` bounds all of its tensors together.
 * @returns The tensors and the texts.
 * @throws {SyntaxError} When the file is damaged, naming it and the fault.
 * @throws {RangeError} When it asks for more than the limits; nothing of its tensors is read then.
 * @throws {Deno.errors.NotFound} When there is no such file.
 */
export async function readSafetensors(
  path: string,
  limits: WeightLimits = {},
): Promise<SafetensorsContent> {
  using file = await SafetensorsFile.open(path, limits);
  const { maxTensorMb = DEFAULT_MAX_TENSOR_MB } = limits;
  const bytes = [...file.header.values()].at(-1)?.end ?? 0;
  if (bytes > maxTensorMb * MEGABYTE) {
    throw new RangeError(
      `Cannot read ${path}: its tensors have ${bytes} bytes, expected at most ${maxTensorMb} MB; ` +
        "raise --max-tensor-mb if you trust the file",
    );
  }
  const tensors = new Map<string, HostTensor>();
  for (const name of file.header.keys()) tensors.set(name, await file.read(name));
  return { tensors, metadata: file.metadata };
}

/**
 * Writes a safetensors file, atomically and without a second copy of the tensors in memory.
 *
 * @param path Missing folders are made; a file that is there is replaced.
 * @param tensors By name.
 * @throws As {@linkcode serialiseSafetensors}, and what the disk throws; the target is then left as it
 * was.
 */
export async function writeSafetensors(
  path: string,
  tensors: Iterable<readonly [string, HostTensor]>,
  options: SafetensorsWriteOptions = {},
): Promise<void> {
  await writeFileAtomically(path, serialisedPieces(tensors, options));
}
