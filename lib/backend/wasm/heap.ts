/**
 * The memory of tfjs's WebAssembly backend, where its tensors lie.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs";
import type { TensorInfo } from "../tensors.ts";

/** The part of tfjs's WebAssembly backend that gives access to its memory. */
interface WasmBackend {
  readonly wasm: {
    readonly asm: { readonly memory: WebAssembly.Memory };
    _malloc(bytes: number): number;
    _free(address: number): void;
  };
  readonly dataIdMap: { get(dataId: object): { readonly memoryOffset: number } };
  incRef(dataId: object): void;
  makeOutput(shape: number[], dtype: "float32"): TensorInfo;
}

/** Addresses and views of what lies in the memory of tfjs's WebAssembly backend. */
export class Heap {
  /** The memory itself, which may grow: views of it are to be used at once. */
  readonly memory: WebAssembly.Memory;
  readonly #backend: WasmBackend;

  /** The memory of tfjs's backend "wasm". */
  constructor(backend: tf.KernelBackend) {
    this.#backend = backend as unknown as WasmBackend;
    this.memory = this.#backend.wasm.asm.memory;
  }

  /** Where a tensor begins, in bytes. */
  address({ dataId }: TensorInfo): number {
    return this.#backend.dataIdMap.get(dataId).memoryOffset;
  }

  /** Makes a float32 tensor, its elements not set. */
  output(shape: readonly number[]): TensorInfo {
    return this.#backend.makeOutput([...shape], "float32");
  }

  /** Counts one more tensor that has this one's data. */
  share({ dataId }: TensorInfo): void {
    this.#backend.incRef(dataId);
  }

  /** Looks at `length` bytes from `address` on; the view ends when the memory grows. */
  view(address: number, length: number): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.memory.buffer as ArrayBuffer, address, length);
  }

  /**
   * Takes memory until {@linkcode Heap.free}.
   *
   * @throws {RangeError} When there is none left.
   */
  allocate(bytes: number): number {
    const address = this.#backend.wasm._malloc(bytes) >>> 0; // signed above 2 GiB
    if (address > 0) return address;
    throw new RangeError(
      `Cannot allocate memory: ${bytes} bytes are wanted, expected room for them below 4 GiB; ` +
        "lower --batch-size",
    );
  }

  /** Gives memory back. */
  free(address: number): void {
    this.#backend.wasm._free(address);
  }

  /** Lends memory to a function. */
  withScratch<T>(bytes: number, use: (address: number) => T): T {
    const address = this.allocate(bytes);
    try {
      return use(address);
    } finally {
      this.free(address);
    }
  }
}
