/**
 * The header of a safetensors file: eight little-endian bytes with its length N, then N bytes of
 * JSON that give each tensor's dtype, shape and place in the rest of the file
 * (https://github.com/huggingface/safetensors#format). Everything is checked: a file either reads as
 * it was written or is refused.
 *
 * @module
 */
import { z } from "zod";
import { parseModestJson } from "../files/json.ts";
import { DEFAULT_MAX_HEADER_MB, MEGABYTE } from "../files/limits.ts";
import { oneLine } from "../files/one_line.ts";
import {
  bytesPerElement,
  elementCount,
  type SafetensorsDtype,
  safetensorsDtypes,
} from "./host_tensor.ts";

/** The size of the header length, which a file starts with. */
export const PREFIX_BYTES = 8;

/** The longest header that the format allows. */
export const MAX_HEADER_BYTES = 100_000_000;

/** As many as NumPy's arrays may have. */
const MAX_AXES = 64;

/** The key of the metadata, beside the tensors' names. */
export const METADATA_KEY = "__metadata__";

/** What the header says of one tensor. */
export interface TensorEntry {
  /** The type of the elements. */
  readonly dtype: SafetensorsDtype;
  /** The length of each axis; empty for a scalar. */
  readonly shape: readonly number[];
  /** First byte, counted from the end of the header. */
  readonly begin: number;
  /** The byte after the last, counted likewise. */
  readonly end: number;
}

/** A header that has been read and checked. */
export interface SafetensorsHeader {
  /** The tensors by name, in the order of their bytes. */
  readonly entries: ReadonlyMap<string, TensorEntry>;
  /** The free texts that the file carries. */
  readonly metadata: Readonly<Record<string, string>>;
}

const wholeNumber = z.int().nonnegative();
const entrySchema = z.strictObject({
  dtype: z.enum(safetensorsDtypes),
  shape: z.array(wholeNumber),
  data_offsets: z.tuple([wholeNumber, wholeNumber]),
});

/** Makes the error of an unreadable file: what is wrong with it, and the remedy. */
export function unreadable(name: string, fault: string): SyntaxError {
  return new SyntaxError(
    `Cannot read ${name}: ${
      oneLine(fault)
    }; the file is damaged or incomplete, download or make it again`,
  );
}

/**
 * Reads the length of the header.
 *
 * @param prefix The file's first bytes, `PREFIX_BYTES` of them if it has so many.
 * @param options.name What messages call the file.
 * @param options.size The file's size in bytes.
 * @returns The header's length in bytes, which follow the prefix.
 * @param options.maxHeaderMb The longest header to read, in MB.
 * @throws {SyntaxError} When no such header fits.
 * @throws {RangeError} When it is longer than `maxHeaderMb`.
 */
export function readHeaderLength(
  prefix: Uint8Array,
  { name, size, maxHeaderMb = DEFAULT_MAX_HEADER_MB }: {
    name: string;
    size: number;
    maxHeaderMb?: number;
  },
): number {
  if (prefix.length < PREFIX_BYTES) {
    throw unreadable(name, `size is ${size} bytes, expected at least ${PREFIX_BYTES}`);
  }
  const view = new DataView(prefix.buffer, prefix.byteOffset);
  const length = view.getBigUint64(0, true);
  const longest = Math.min(MAX_HEADER_BYTES, size - PREFIX_BYTES);
  if (length > longest) {
    throw unreadable(name, `header length is ${length}, expected at most ${longest} bytes`);
  }
  if (length > maxHeaderMb * MEGABYTE) {
    throw new RangeError(
      `Cannot read ${name}: its header has ${length} bytes, expected at most ${maxHeaderMb} MB; ` +
        "raise --max-header-mb if you trust the file",
    );
  }
  return Number(length);
}

/**
 * Reads and checks a header.
 *
 * @param bytes The JSON, without the prefix.
 * @param options.name What messages call the file.
 * @param options.dataBytes How many bytes follow the header; the tensors must fill them without gaps.
 * @throws {SyntaxError} When anything is amiss.
 */
export function parseHeader(
  bytes: Uint8Array,
  { name, dataBytes }: { name: string; dataBytes: number },
): SafetensorsHeader {
  const { [METADATA_KEY]: metadata = {}, ...tensors } = parseObject(bytes, name);
  if (!isPlainObject(metadata) || !Object.values(metadata).every((v) => typeof v === "string")) {
    throw unreadable(name, `${METADATA_KEY} is ${excerpt(metadata)}, expected an object of texts`);
  }
  const entries = Object.entries(tensors)
    .map(([key, entry]) => [key, parseEntry(entry, { name, key })] as const)
    .sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end);
  let filled = 0;
  for (const [key, { begin, end }] of entries) {
    if (begin !== filled) {
      throw unreadable(name, `tensor ${key} begins at byte ${begin}, expected ${filled}`);
    }
    filled = end;
  }
  if (filled !== dataBytes) {
    throw unreadable(name, `data is ${dataBytes} bytes, expected the tensors' ${filled}`);
  }
  return { entries: new Map(entries), metadata: metadata as Record<string, string> };
}

function parseObject(bytes: Uint8Array, name: string): Record<string, unknown> {
  let header: unknown;
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    header = parseModestJson(text);
  } catch (error) {
    throw unreadable(name, `header is not JSON (${(error as Error).message})`);
  }
  if (!isPlainObject(header)) {
    throw unreadable(name, `header is ${excerpt(header)}, expected an object`);
  }
  return header;
}

function parseEntry(entry: unknown, { name, key }: { name: string; key: string }): TensorEntry {
  const axes = Object(entry).shape?.length;
  if (axes > MAX_AXES) { // before each is looked at: there may be millions
    throw unreadable(name, `tensor ${key} has ${axes} axes, expected at most ${MAX_AXES}`);
  }
  const { data, error } = entrySchema.safeParse(entry);
  if (error) {
    const [{ path, message }] = error.issues;
    throw unreadable(
      name,
      `tensor ${key} is ${excerpt(entry)}, expected another ${
        path.join(".") || "type"
      } (${message})`,
    );
  }
  const { dtype, shape, data_offsets: [begin, end] } = data;
  const bytes = elementCount(shape) * bytesPerElement(dtype);
  if (end - begin !== bytes) {
    throw unreadable(
      name,
      `tensor ${key} has bytes ${begin} to ${end}, expected ${bytes} of them for ${dtype} [${shape}]`,
    );
  }
  return { dtype, shape, begin, end };
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function excerpt(value: unknown): string {
  const json = JSON.stringify(value);
  return json.length > 120 ? `${json.slice(0, 120)}…` : json;
}
