/**
 * What the tests and the process that runs onnxruntime say to each other: a line of JSON each.
 *
 * @module
 */

/** The arrays of the dtypes that graphs take and give. */
const arrays = { float32: Float32Array, uint8: Uint8Array, int64: BigInt64Array } as const;

/** A tensor in memory. */
export interface PlainTensor {
  /** The elements, row-major. */
  readonly data: Float32Array | Uint8Array | BigInt64Array;
  /** The length of each axis. */
  readonly shape: readonly number[];
}

/** A tensor on the line. */
export interface EncodedTensor {
  /** ONNX's name of the dtype. */
  readonly dtype: keyof typeof arrays;
  /** The elements, little-endian, as base64. */
  readonly data: string;
  /** The length of each axis. */
  readonly shape: readonly number[];
}

/** Asks for a file to be run. */
export interface Request {
  /** The file as base64. */
  readonly file: string;
  /** What it is run on, one after the other: tensors by input. */
  readonly feeds: readonly Readonly<Record<string, EncodedTensor>>[];
}

/** Says what came of it. */
export interface Answer {
  /** As many as there were feeds: tensors by output. */
  readonly results: Readonly<Record<string, EncodedTensor>>[];
  /** What went wrong, if something did. */
  readonly error?: string;
}

/** Puts a tensor on the line. */
export function encodeTensor({ data, shape }: PlainTensor): EncodedTensor {
  const bytes = new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength);
  const dtype = data instanceof Float32Array
    ? "float32"
    : data instanceof Uint8Array
    ? "uint8"
    : "int64";
  return { dtype, data: bytes.toBase64(), shape };
}

/** Takes a tensor off the line. */
export function decodeTensor(
  { dtype, data, shape }: EncodedTensor,
): PlainTensor & { dtype: string } {
  const { buffer } = Uint8Array.fromBase64(data);
  return { dtype, data: new arrays[dtype](buffer), shape };
}
