/**
 * Reads and writes safetensors files (https://github.com/huggingface/safetensors), strictly: a
 * damaged file is refused by name, and what is written depends on the tensors alone.
 *
 * @module
 */
import { writeFileAtomically } from "../files/atomic_write.ts";
import { DEFAULT_MAX_TENSOR_MB, MEGABYTE, type WeightLimits } from "../files/limits.ts";
import { type HostTensor, tensorFromBytes } from "./host_tensor.ts";
import { SafetensorsFile } from "./safetensors_file.ts";
import { parseHeader, PREFIX_BYTES, readHeaderLength } from "./safetensors_header.ts";
import { serialiseHeader } from "./safetensors_header_writer.ts";

export {
  float32Tensor,
  type HostTensor,
  type SafetensorsDtype,
  toFloat32,
  type TypedArray,
} from "./host_tensor.ts";
export { SafetensorsFile } from "./safetensors_file.ts";
export type { TensorEntry } from "./safetensors_header.ts";

/** What a safetensors file holds. */
export interface SafetensorsContent {
  /** The tensors by name, in the order of their bytes. */
  readonly tensors: ReadonlyMap<string, HostTensor>;
  /** The free texts that the file carries. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** The free texts to write beside the tensors. */
export interface SafetensorsWriteOptions {
  /** Texts by key; none by default. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/**
 * Reads a safetensors file that is in memory.
 *
 * @param bytes The whole file; the tensors copy what they need of it.
 * @param options.name What error messages call the file.
 * @throws {SyntaxError} When the header is damaged, names an unknown dtype, or the tensors do not fill
 * the rest of the file without gaps and overlaps.
 */
export function parseSafetensors(
  bytes: Uint8Array,
  { name = "safetensors data" }: { name?: string } = {},
): SafetensorsContent {
  const prefix = bytes.subarray(0, PREFIX_BYTES);
  const dataStart = PREFIX_BYTES + readHeaderLength(prefix, { name, size: bytes.length });
  const data = bytes.subarray(dataStart);
  const { entries, metadata } = parseHeader(bytes.subarray(PREFIX_BYTES, dataStart), {
    name,
    dataBytes: data.length,
  });
  const tensors = new Map<string, HostTensor>();
  for (const [key, entry] of entries) {
    tensors.set(key, tensorFromBytes(data.subarray(entry.begin, entry.end), entry));
  }
  return { tensors, metadata };
}

/**
 * Reads a safetensors file whole.
 *
 * @param limits What it may ask for; `maxTensorMb` bounds all of its tensors together.
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
 * Makes a safetensors file in memory: byte for byte the same for the same tensors and metadata, in
 * whatever order they come.
 *
 * @throws {TypeError} When a tensor's dtype, shape and array contradict each other.
 * @throws {RangeError} When a name comes twice or is `__metadata__`.
 */
export function serialiseSafetensors(
  tensors: Iterable<readonly [string, HostTensor]>,
  options: SafetensorsWriteOptions = {},
): Uint8Array {
  const pieces = serialisedPieces(tensors, options);
  const file = new Uint8Array(pieces.reduce((size, piece) => size + piece.length, 0));
  let offset = 0;
  for (const piece of pieces) {
    file.set(piece, offset);
    offset += piece.length;
  }
  return file;
}

/**
 * Writes a safetensors file, atomically and without a second copy of the tensors in memory.
 *
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

/**
 * The pieces of a safetensors file, of which the first is the header; the others are views of the tensors.
 *
 * @throws As {@linkcode serialiseSafetensors} does.
 */
export function serialisedPieces(
  tensors: Iterable<readonly [string, HostTensor]>,
  { metadata = {} }: SafetensorsWriteOptions,
): Uint8Array[] {
  const header = serialiseHeader(tensors, metadata);
  // Typed arrays hold the machine's byte order; every machine that Deno runs on is little-endian.
  const bytes = header.tensors.map(({ data }) =>
    new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
  );
  return [header.bytes, ...bytes];
}
