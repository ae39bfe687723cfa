/**
 * Reads what `torch.save` has written, without Python and without running anything that the file asks for.
 *
 * @module
 */
import {
  DEFAULT_MAX_HEADER_MB,
  DEFAULT_MAX_TENSOR_MB,
  MEGABYTE,
  type WeightLimits,
} from "../../files/limits.ts";
import { oneLine } from "../../files/one_line.ts";
import { readAt } from "../../files/read_at.ts";
import { openRegularFile } from "../../files/regular_file.ts";
import { bytesPerElement, elementCount, type HostTensor, tensorFromBytes } from "../host_tensor.ts";
import { readLegacyContent } from "./legacy_storages.ts";
import { stateDictIn } from "./state_dict_in.ts";
import type { TorchStorage, TorchTensor } from "./torch_world.ts";
import { readZipContent } from "./zip_storages.ts";

/** A file that is read in pieces. */
export interface OpenTorchFile {
  /** Its size in bytes. */
  readonly size: number;
  /** Reads bytes that the caller owns; it throws a SyntaxError when there are not so many. */
  readAt(offset: number, length: number): Uint8Array<ArrayBuffer>;
}

/** What either format holds. */
export interface TorchContent {
  /** What was saved; its tensors are places in storages. */
  readonly value: unknown;
  /** Reads a storage's bytes. */
  readStorage(storage: TorchStorage): Uint8Array | Promise<Uint8Array>;
}

/** A zip archive's first bytes. */
const ZIP = [0x50, 0x4b, 0x03, 0x04];

/** An open `.pt` or `.pth` file: the names of its tensors are in memory, their elements are read on request. */
export class TorchFile implements Disposable {
  /** Each tensor's shape under timm's key. */
  readonly shapes: ReadonlyMap<string, readonly number[]>;
  readonly #path: string;
  readonly #file: Deno.FsFile;
  readonly #content: TorchContent;
  readonly #tensors: ReadonlyMap<string, TorchTensor>;
  readonly #maxTensorBytes: number;
  #last?: { readonly storage: TorchStorage; readonly bytes: Uint8Array };

  private constructor(
    path: string,
    { file, content, maxTensorMb = DEFAULT_MAX_TENSOR_MB }: WeightLimits & {
      file: Deno.FsFile;
      content: TorchContent;
    },
  ) {
    this.#path = path;
    this.#file = file;
    this.#content = content;
    this.#tensors = stateDictIn(content.value);
    this.#maxTensorBytes = maxTensorMb * MEGABYTE;
    this.shapes = new Map([...this.#tensors].map(([key, { shape }]) => [key, shape]));
  }

  /**
   * Opens a file; of its tensors nothing is read.
   *
   * @param limits What it may ask for; `maxHeaderMb` bounds the pickle.
   * @throws {SyntaxError} When it is damaged, holds no tensors or asks for anything else, naming it.
   * @throws {Deno.errors.NotFound} When there is no such file.
   */
  static async open(path: string, limits: WeightLimits = {}): Promise<TorchFile> {
    const { file, size } = await openRegularFile(path);
    try {
      const opened: OpenTorchFile = {
        size,
        readAt: (offset, length) => readWhole(file, offset, length),
      };
      const maxPickleBytes = (limits.maxHeaderMb ?? DEFAULT_MAX_HEADER_MB) * MEGABYTE;
      const start = opened.readAt(0, Math.min(size, ZIP.length));
      const isZip = ZIP.every((byte, place) => start[place] === byte);
      const content = isZip
        ? await readZipContent(opened, { maxPickleBytes })
        : readLegacyContent(opened, { maxPickleBytes });
      return new TorchFile(path, { file, content, ...limits });
    } catch (error) {
      file.close();
      throw named(error, path);
    }
  }

  /**
   * Reads one tensor.
   *
   * @param key One of those that {@linkcode TorchFile.shapes} has.
   * @returns Its elements, row-major whatever its strides.
   * @throws {RangeError} When it asks for more than the limits.
   * @throws {SyntaxError} When the file is damaged there.
   */
  async read(key: string): Promise<HostTensor> {
    const tensor = this.#tensors.get(key)!;
    const { storage, shape } = tensor;
    const size = bytesPerElement(storage.dtype);
    const bytes = Math.max(storage.elements, elementCount(shape)) * size;
    if (bytes > this.#maxTensorBytes) {
      throw new RangeError(
        `Cannot read ${this.#path}: tensor ${
          oneLine(key)
        } takes ${bytes} bytes, expected at most ` +
          `${this.#maxTensorBytes}; raise --max-tensor-mb if you trust the file`,
      );
    }
    try {
      const dense = rowMajor(await this.#storage(storage), tensor);
      return tensorFromBytes(dense, { dtype: storage.dtype, shape });
    } catch (error) {
      throw named(error, this.#path);
    }
  }

  /** Closes the file at the end of a `using` block. */
  [Symbol.dispose](): void {
    this.#file.close();
  }

  /** Tensors that share a storage follow each other; it is read once for them. */
  async #storage(storage: TorchStorage): Promise<Uint8Array> {
    if (this.#last?.storage.key !== storage.key) {
      this.#last = { storage, bytes: await this.#content.readStorage(storage) };
    }
    return this.#last!.bytes;
  }
}

/** Gathers a view's elements in the order of its axes. */
function rowMajor(bytes: Uint8Array, { storage, offset, shape, strides }: TorchTensor): Uint8Array {
  const size = bytesPerElement(storage.dtype);
  const count = elementCount(shape);
  if (isDense(shape, strides)) return bytes.subarray(offset * size, (offset + count) * size);
  const dense = new Uint8Array(count * size);
  const place = shape.map(() => 0);
  let from = offset;
  for (let element = 0; element < count; element++) {
    dense.set(bytes.subarray(from * size, (from + 1) * size), element * size);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis];
      if (++place[axis] < shape[axis]) break;
      from -= strides[axis] * shape[axis];
      place[axis] = 0;
    }
  }
  return dense;
}

function isDense(shape: readonly number[], strides: readonly number[]): boolean {
  let expected = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1 && strides[axis] !== expected) return false;
    expected *= shape[axis];
  }
  return true;
}

function readWhole(file: Deno.FsFile, offset: number, bytes: number): Uint8Array<ArrayBuffer> {
  const found = readAt(file, { offset, bytes });
  if (found.length === bytes) return found;
  throw new SyntaxError(`it ends at byte ${offset + found.length}`);
}

function named(error: unknown, path: string): unknown {
  if (!(error instanceof SyntaxError)) return error;
  return new SyntaxError(
    `Cannot read ${path}: ${
      oneLine(error.message)
    }; the file is damaged, or none of PyTorch's state dicts: ` +
      "save the model's state_dict() anew",
  );
}
