/**
 * Keeps the photos of a data set in memory after they were first read.
 *
 * @module
 */
import type { RgbImage } from "../image/rgb_image.ts";
import type { PhotoSource } from "./photo_source.ts";

/** Where photos come from, and how much of them may stay. */
export interface PixelStoreOptions {
  /** Decodes and prepares photos or reads them from a cache; it stays the caller's. */
  readonly source: Pick<PhotoSource, "load">;
  /** Bytes of pixels to keep; photos beyond are asked for anew each time. */
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
   * Gives a photo, from its source when it is not kept; requests meanwhile share the work. Call it
   * early and await it late to have the next batch read while this one computes.
   *
   * @param path Relative to the data set, with `/`.
   * @returns Pixels that others see too: not to be changed.
   * @throws Whatever the source rejects with; the next request tries anew.
   */
  load(path: string): Promise<RgbImage> {
    const known = this.#photos.get(path);
    if (known) return known;
    const photo = this.#options.source.load(path);
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
