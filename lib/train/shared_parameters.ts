/**
 * A student's parameters, or their gradients, in memory that threads share.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { copyOut } from "../backend/wasm/copy_out.ts";
import type { Tensor, Variable } from "../backend/tensors.ts";

/** Where one parameter lies. */
export interface Place {
  /** As its tensor's. */
  readonly shape: readonly number[];
  /** Elements before it. */
  readonly offset: number;
  /** Its elements. */
  readonly size: number;
}

/** What another thread needs to see the same memory. */
export interface SharedHandle {
  /** Every parameter's place, by name. */
  readonly places: ReadonlyMap<string, Place>;
  /** The memory. */
  readonly buffer: SharedArrayBuffer;
}

/** Float32 arrays by name, in one stretch of shared memory. */
export class SharedParameters {
  /** To be sent to another thread. */
  readonly handle: SharedHandle;

  /** Looks at memory that exists already. */
  constructor(handle: SharedHandle) {
    this.handle = handle;
  }

  /** Takes memory, zero at first, for parameters like these. */
  static like(parameters: ReadonlyMap<string, Variable>): SharedParameters {
    const places = new Map<string, Place>();
    let offset = 0;
    for (const [name, { shape, size }] of parameters) {
      places.set(name, { shape, offset, size });
      offset += size;
    }
    const buffer = new SharedArrayBuffer(offset * Float32Array.BYTES_PER_ELEMENT);
    return new SharedParameters({ places, buffer });
  }

  /** The names, in order. */
  get names(): Iterable<string> {
    return this.handle.places.keys();
  }

  /** Looks at one parameter. */
  view(name: string): Float32Array<SharedArrayBuffer> {
    const { offset, size } = this.handle.places.get(name)!;
    return new Float32Array(this.handle.buffer, offset * Float32Array.BYTES_PER_ELEMENT, size);
  }

  /** Reads tensors off the wasm backend. */
  write(tensors: Iterable<readonly [string, Tensor]>): void {
    for (const [name, tensor] of tensors) copyOut(tensor, this.view(name));
  }

  /** Puts one parameter on the wasm backend; the caller disposes it. */
  tensor(name: string): Tensor {
    const { shape } = this.handle.places.get(name)!;
    return tf.tensor(this.view(name), [...shape]); // copied to the wasm backend's heap
  }
}
