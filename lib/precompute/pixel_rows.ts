/**
 * The pixels of one shard while it is being made.
 *
 * @module
 */
import type { Preprocessing } from "../image/preprocess.ts";
import type { RgbImage } from "../image/rgb_image.ts";

/** Collects prepared photos row by row in one piece of memory, which serves shard after shard. */
export class PixelRows {
  readonly #pixels: Uint8Array;
  #filled = 0;

  /** Makes room for so many photos. */
  constructor(photos: number, { imageSize: [height, width] }: Preprocessing) {
    this.#pixels = new Uint8Array(photos * height * width * 3);
  }

  /** Appends a photo. */
  add({ data }: RgbImage): void {
    this.#pixels.set(data, this.#filled);
    this.#filled += data.length;
  }

  /** Gives what was added since the last time; it holds until the next photo is added. */
  take(): Uint8Array {
    const filled = this.#filled;
    this.#filled = 0;
    return this.#pixels.subarray(0, filled);
  }
}
