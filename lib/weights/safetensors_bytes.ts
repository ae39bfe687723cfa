/**
 * Safetensors (https://github.com/huggingface/safetensors) in memory, strictly: damaged bytes are refused by
 * name, and what is made depends on the tensors alone. Nothing here touches a file, so that it serves
 * browsers too.
 *
 * @module
 */
import { type HostTensor, tensorFromBytes } from "./host_tensor.ts";
import { parseHeader, PREFIX_BYTES, readHeaderLength } from "./safetensors_header.ts";
import { serialiseHeader } from "./safetensors_header_writer.ts";

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
 * @returns The tensors and the texts.
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
 * Makes a safetensors file in memory: byte for byte the same for the same tensors and metadata, in
 * whatever order they come.
 *
 * @param tensors By name.
 * @returns The whole file.
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
