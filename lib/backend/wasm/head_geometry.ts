/**
 * Where the heads of a joint qkv layer's output lie on the WebAssembly heap.
 *
 * @module
 */
import type { TensorInfo } from "../tensors.ts";
import type { Heap } from "./heap.ts";

// Shape letters: B batch, T tokens, D = heads · width of a head.

const bytes = Float32Array.BYTES_PER_ELEMENT;

/** One head of one image. */
export interface Head {
  /** Its number within the image. */
  readonly head: number;
  /** The image's number within the batch. */
  readonly image: number;
  /** Address of its queries, rows 3·D apart, as are its keys and values. */
  readonly queries: number;
  /** Address of its keys. */
  readonly keys: number;
  /** Address of its values. */
  readonly values: number;
  /** Byte offset of its columns within an output [B, T, D], rows D apart. */
  readonly column: number;
}

/** The sizes that a joint qkv tensor [B, T, 3·D] stands for. */
export class HeadGeometry {
  /** B. */
  readonly batch: number;
  /** T. */
  readonly tokens: number;
  /** D. */
  readonly width: number;
  /** Channels of a head. */
  readonly headWidth: number;
  /** Heads of an image. */
  readonly numHeads: number;
  /** Entries of the weights of one head. */
  readonly area: number;
  readonly #qkv: number;

  /** Of a tensor [B, T, 3·D]; the addresses hold as long as it lives. */
  constructor(heap: Heap, qkv: TensorInfo, numHeads: number) {
    [this.batch, this.tokens] = qkv.shape;
    this.width = qkv.shape[2] / 3;
    this.numHeads = numHeads;
    this.headWidth = this.width / numHeads;
    this.area = this.tokens * this.tokens;
    this.#qkv = heap.address(qkv);
  }

  /** Every head of every image, in the order of the weights [B, H, T, T]. */
  *heads(): Generator<Head> {
    for (let image = 0; image < this.batch; image++) {
      for (let head = 0; head < this.numHeads; head++) {
        const first = image * this.tokens;
        const queries = this.#qkv + (first * 3 * this.width + head * this.headWidth) * bytes;
        yield {
          head,
          image,
          queries,
          keys: queries + this.width * bytes,
          values: queries + 2 * this.width * bytes,
          column: (first * this.width + head * this.headWidth) * bytes,
        };
      }
    }
  }
}
