/**
 * Keeps the photos of a data set in memory after their first decoding.
 *
 * @module
 */
import { join } from "node:path";
import type { DecodePool } from "../image/decode_pool.ts";
import type { RgbImage } from "../image/rgb_image.ts";

/** Where the photos are, who decodes them, and how much of them may stay. */
export interface PixelStoreOptions {
  /** The data set's folder. */
  readonly root: string;
  /** Decodes and preprocesses; it stays the caller's, to be closed by the caller. */
  readonly pool: Pick<DecodePool, "load">;
  /** Bytes of pixels to keep; photos beyond are decoded anew each time. */
  readonly limitBytes: number;
}

/**
 * Decoded and preprocessed photos by path, as uint8 within a limit of memory.
 *
 * Every epoch visits every photo once, so the first to come stay and none is ever replaced: with a
 * limit below the data set's size, replacing the oldest would miss each time.
 */
export class PixelStore {
  readonly #options: PixelStoreOptions;
  /** Photos that are kept, and photos under way. */
  readonly #photos = new Map<string, Promise<RgbImage>>();
  #keptBytes = 0;

  /** Makes an empty store. */
  constructor(options: PixelStoreOptions) {
    this.#options = options;
  }

  /**
   * Gives a photo, decoding it when it is not kept; requests meanwhile share the work. Call it
   * early and await it late to have the next batch decoded while this one computes.
   *
   * @param path Relative to the root, with `/`.
   * @returns Pixels that others see too: not to be changed.
   * @throws Whatever the pool rejects with; the next request tries anew.
   */
  load(path: string): Promise<RgbImage> {
    const known = this.#photos.get(path);
    if (known) return known;
    const { root, pool } = this.#options;
    const photo = pool.load(join(root, path));
    this.#photos.set(path, photo);
    // handling the failure here, too, lets who asked early await it late
    photo.then(({ data }) => this.#keep(path, data.byteLength), () => this.#photos.delete(path));
    return photo;
  }

  #keep(path: string, bytes: number): void {
    if (this.#keptBytes + bytes > this.#options.limitBytes) this.#photos.delete(path);
    else this.#keptBytes += bytes;
  }
}
