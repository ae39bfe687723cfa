/**
 * What PyTorch's files may name, and what it becomes: tensors, as places in storages.
 *
 * @module
 */
import type { SafetensorsDtype } from "../host_tensor.ts";
import type { PickleGlobal } from "./pickle.ts";

/** A piece of memory that tensors are views of; its bytes lie elsewhere in the file. */
export interface TorchStorage {
  /** Its name in the file. */
  readonly key: string;
  /** The type of its elements. */
  readonly dtype: SafetensorsDtype;
  /** Their number. */
  readonly elements: number;
}

/** A tensor: a view of a storage. */
export class TorchTensor {
  /** Where its elements are. */
  readonly storage: TorchStorage;
  /** The first element's place in the storage. */
  readonly offset: number;
  /** The length of each axis. */
  readonly shape: readonly number[];
  /** How many elements of the storage lie between neighbours along each axis. */
  readonly strides: readonly number[];

  /**
   * Checks that a view stays within its storage.
   *
   * @throws {SyntaxError} When it does not.
   */
  constructor([storage, offset, shape, strides]: readonly unknown[]) {
    const isView = isStorage(storage) && areSizes([offset]) && areSizes(shape) &&
      areSizes(strides) &&
      shape.length === strides.length;
    if (!isView) throw new SyntaxError("a tensor is none");
    this.storage = storage;
    this.offset = offset as number;
    this.shape = shape;
    this.strides = strides;
    if (shape.includes(0)) return;
    const last = shape.reduce(
      (place, length, axis) => place + (length - 1) * strides[axis],
      this.offset,
    );
    if (!(last < storage.elements)) {
      throw new SyntaxError(`a tensor reaches to element ${last} of ${storage.elements}`);
    }
  }
}

const storageTypes: Readonly<Record<string, SafetensorsDtype>> = {
  FloatStorage: "F32",
  DoubleStorage: "F64",
  HalfStorage: "F16",
  BFloat16Storage: "BF16",
  LongStorage: "I64",
  IntStorage: "I32",
  ShortStorage: "I16",
  CharStorage: "I8",
  ByteStorage: "U8",
  BoolStorage: "BOOL",
};

/** Everything that a file of weights may name; of settings beside them nothing is kept. */
export const torchGlobals: ReadonlyMap<string, PickleGlobal> = new Map(
  ([
    { name: "collections.OrderedDict", call: () => new Map() },
    { name: "argparse.Namespace", call: () => new Map() },
    { name: "torch._utils._rebuild_tensor_v2", call: (args) => new TorchTensor(args) },
    { name: "torch._utils._rebuild_parameter", call: ([tensor]) => tensor },
    { name: "torch.Size", call: ([sizes]) => sizes },
    { name: "torch.device", call: ([device]) => device },
    ...Object.keys(storageTypes).map((name) => ({ name: `torch.${name}` })),
  ] satisfies PickleGlobal[]).map((global) => [global.name, global]),
);

/**
 * Reads what a pickle calls a storage: `("storage", type, key, device, elements)`.
 *
 * @throws {SyntaxError} When it is something else.
 */
export function storageOf(id: unknown): TorchStorage {
  const [kind, type, key, , elements] = Array.isArray(id) ? id : [];
  const name = (type as PickleGlobal | undefined)?.name ?? "";
  const dtype = storageTypes[name.replace(/^torch\./, "")];
  if (kind !== "storage" || !dtype || typeof key !== "string" || !areSizes([elements])) {
    throw new SyntaxError("it refers to something that is no storage");
  }
  return { key, dtype, elements };
}

function isStorage(value: unknown): value is TorchStorage {
  return typeof value === "object" && value !== null && "elements" in value && "key" in value;
}

function areSizes(values: unknown): values is number[] {
  return Array.isArray(values) &&
    values.every((value) => Number.isSafeInteger(value) && value >= 0);
}
