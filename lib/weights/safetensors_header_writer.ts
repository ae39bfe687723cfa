/**
 * Lays tensors out in a safetensors file and writes the header that says where they are.
 *
 * @module
 */
import { type HostTensor, requireConsistent, safetensorsDtypes } from "./host_tensor.ts";
import { MAX_HEADER_BYTES, METADATA_KEY, PREFIX_BYTES } from "./safetensors_header.ts";

/** The bytes of a header, and its tensors in the order in which theirs must follow. */
export interface SerialisedHeader {
  /** Prefix and JSON, padded with spaces to a multiple of 8 bytes. */
  readonly bytes: Uint8Array;
  /** The tensors, the most aligned dtype first, then by name. */
  readonly tensors: readonly HostTensor[];
}

/**
 * Writes a header, the same for the same tensors and metadata in whatever order they come: tensors
 * are laid out as the safetensors library does, the most aligned first, so that each is aligned.
 *
 * @throws {TypeError} When a tensor contradicts itself.
 * @throws {RangeError} When a name comes twice or is the format's own.
 */
export function serialiseHeader(
  tensors: Iterable<readonly [string, HostTensor]>,
  metadata: Readonly<Record<string, string>>,
): SerialisedHeader {
  const sorted = [...tensors].sort(([nameA, a], [nameB, b]) =>
    safetensorsDtypes.indexOf(b.dtype) - safetensorsDtypes.indexOf(a.dtype) ||
    compare(nameA, nameB)
  );
  const fields = new Map<string, unknown>();
  const texts = Object.entries(metadata).sort(([a], [b]) => compare(a, b));
  if (texts.length > 0) fields.set(METADATA_KEY, Object.fromEntries(texts));
  let begin = 0;
  for (const [name, tensor] of sorted) {
    requireConsistent(`tensor ${name}`, tensor);
    if (fields.has(name) || name === METADATA_KEY) {
      throw new RangeError(`Cannot write tensors: name ${name} is taken, expected distinct names`);
    }
    const end = begin + tensor.data.byteLength;
    const { dtype, shape } = tensor;
    fields.set(name, { dtype, shape, data_offsets: [begin, end] });
    begin = end;
  }
  return { bytes: withPrefix(jsonOf(fields)), tensors: sorted.map(([, tensor]) => tensor) };
}

/** Unlike an object's, a map's order holds for names that look like numbers. */
function jsonOf(fields: ReadonlyMap<string, unknown>): string {
  const members = [...fields].map(([key, value]) =>
    `${JSON.stringify(key)}:${JSON.stringify(value)}`
  );
  return `{${members.join(",")}}`;
}

function withPrefix(json: string): Uint8Array {
  const text = new TextEncoder().encode(json);
  const length = Math.ceil(text.length / 8) * 8;
  if (length > MAX_HEADER_BYTES) {
    throw new RangeError(
      `Cannot write tensors: header is ${length} bytes, expected at most ${MAX_HEADER_BYTES}`,
    );
  }
  const bytes = new Uint8Array(PREFIX_BYTES + length).fill(" ".charCodeAt(0));
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
  bytes.set(text, PREFIX_BYTES);
  return bytes;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
