/**
 * Tensors in the computer's own memory: a dtype, a shape and a typed array.
 *
 * @module
 */

/** The element types read and written, as safetensors names them. */
export type SafetensorsDtype =
  | "BOOL"
  | "U8"
  | "I8"
  | "I16"
  | "U16"
  | "F16"
  | "BF16"
  | "I32"
  | "U32"
  | "F32"
  | "F64"
  | "I64"
  | "U64";

/** The arrays that hold a tensor's elements. */
export type TypedArray =
  | Uint8Array
  | Int8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array
  | BigInt64Array
  | BigUint64Array;

/** A tensor in memory: row-major elements and their shape. */
export interface HostTensor {
  /** The type of the elements. */
  readonly dtype: SafetensorsDtype;
  /** The length of each axis; empty for a scalar. */
  readonly shape: readonly number[];
  /** The elements, row-major; F16 and BF16 as their raw 16 bits, BOOL as 0 and 1. */
  readonly data: TypedArray;
}

interface TypedArrayConstructor {
  new (length: number): TypedArray;
  new (buffer: ArrayBuffer): TypedArray;
  readonly BYTES_PER_ELEMENT: number;
}

/** Every dtype's array, in the order of rising alignment that the safetensors library sorts by. */
const arrayTypes = new Map<string, TypedArrayConstructor>(Object.entries(
  {
    BOOL: Uint8Array,
    U8: Uint8Array,
    I8: Int8Array,
    I16: Int16Array,
    U16: Uint16Array,
    F16: Uint16Array,
    BF16: Uint16Array,
    I32: Int32Array,
    U32: Uint32Array,
    F32: Float32Array,
    F64: Float64Array,
    I64: BigInt64Array,
    U64: BigUint64Array,
  } satisfies Record<SafetensorsDtype, TypedArrayConstructor>,
));

/** Every dtype, the least aligned first. */
export const safetensorsDtypes: readonly SafetensorsDtype[] = [
  ...arrayTypes.keys(),
] as SafetensorsDtype[];

/** The size of one element in bytes. */
export function bytesPerElement(dtype: SafetensorsDtype): number {
  return arrayTypes.get(dtype)!.BYTES_PER_ELEMENT;
}

/** The number of elements of a shape: the product of its axes, 1 for a scalar. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((count, length) => count * length, 1);
}

/**
 * Makes a tensor of little-endian bytes, which it copies: a typed array needs them aligned, and a
 * tensor should not keep the whole file in memory.
 *
 * @param bytes `elementCount(shape)` elements; the caller has checked.
 */
export function tensorFromBytes(
  bytes: Uint8Array,
  { dtype, shape }: { dtype: SafetensorsDtype; shape: readonly number[] },
): HostTensor {
  return { dtype, shape, data: new (arrayTypes.get(dtype)!)(new Uint8Array(bytes).buffer) };
}

/**
 * Makes an F32 tensor around an array, without copying it.
 *
 * @param shape The length of each axis.
 * @param data As many elements, row by row; kept, not copied.
 * @returns The tensor.
 * @throws {TypeError} When the shape does not have as many elements as the array.
 */
export function float32Tensor(shape: readonly number[], data: Float32Array): HostTensor {
  const tensor: HostTensor = { dtype: "F32", shape: [...shape], data };
  requireConsistent("F32 tensor", tensor);
  return tensor;
}

/**
 * Checks that a tensor's dtype, shape and array belong together.
 *
 * @param name What the message calls the tensor.
 * @throws {TypeError} When they do not.
 */
export function requireConsistent(name: string, { dtype, shape, data }: HostTensor): void {
  const arrayType = arrayTypes.get(dtype);
  if (!arrayType || !(data instanceof arrayType)) {
    throw new TypeError(
      `Cannot use ${name}: data is ${data?.constructor.name}, ` +
        `expected what ${dtype} is kept in, ${arrayType?.name ?? "and a known dtype"}`,
    );
  }
  const isShape = shape.every((length) => Number.isSafeInteger(length) && length >= 0);
  if (!isShape || elementCount(shape) !== data.length) {
    throw new TypeError(
      `Cannot use ${name}: shape is [${shape}], expected one of ${data.length} elements`,
    );
  }
}

/**
 * The elements as 32-bit floats: F32 as they are, without a copy; all others rounded to the nearest.
 *
 * @param tensor Of any type of element.
 * @returns The elements, row by row.
 */
export function toFloat32({ dtype, data }: HostTensor): Float32Array {
  if (data instanceof Float32Array) return data;
  if (dtype === "F16") {
    return Float32Array.from(new Float16Array(data.buffer, data.byteOffset, data.length));
  }
  // bfloat16 is the upper half of a float32
  if (dtype === "BF16") {
    return new Float32Array(Uint32Array.from(data as Uint16Array, (bits) => bits << 16).buffer);
  }
  return Float32Array.from(data as ArrayLike<number | bigint>, Number);
}
