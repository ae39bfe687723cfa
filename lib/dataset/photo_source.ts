/**
 * Where prepared photos come from: the pixels of the cache where it has them, else the photos' files.
 *
 * @module
 */
import { join } from "node:path";
import { ImageCache, imagesObstacle } from "../cache/image_cache.ts";
import type { RolloutCache } from "../cache/rollout_cache.ts";
import { DecodePool } from "../image/decode_pool.ts";
import type { Preprocessing } from "../image/preprocess.ts";
import type { RgbImage } from "../image/rgb_image.ts";

/** Which photos, and how they are wanted. */
export interface PhotoSourceOptions {
  /** The cache of their maps, perhaps with their pixels; it stays the caller's. */
  readonly cache?: RolloutCache;
  /** The data set's folder. */
  readonly datasetPath: string;
  /** How photos are prepared. */
  readonly preprocessing: Preprocessing;
  /** Threads that decode; the pool's default when not given. */
  readonly workers?: number;
  /** The most pixels of a photo to decode; the decoder's default when not given. */
  readonly maxPixels?: number;
}

/** Gives prepared photos; a data set whose pixels are cached need not be there itself. */
export class PhotoSource implements Disposable {
  /**
   * Where the pixels come from, in one line for the user; nothing when the cache holds none, so that
   * there is no choice.
   */
  readonly note: string | undefined;
  readonly #options: PhotoSourceOptions;
  readonly #pool: DecodePool;
  readonly #images: ImageCache | undefined;

  private constructor(options: PhotoSourceOptions, obstacle: string | undefined) {
    const { cache } = options;
    this.#options = options;
    this.#pool = new DecodePool(options);
    if (!cache?.manifest.images) return;
    this.note = obstacle
      ? `decoding photos, for the cache's pixels do not serve (${obstacle})`
      : "reading pixels from the cache";
    if (!obstacle) this.#images = new ImageCache(cache);
  }

  /**
   * Settles where the photos come from; nothing is decoded yet.
   *
   * @throws {SyntaxError} When a file of the cache's pixels has another size than it was written with.
   * @throws {RangeError} When `workers` is not a positive integer.
   */
  static async open(options: PhotoSourceOptions): Promise<PhotoSource> {
    const { cache, preprocessing } = options;
    const obstacle = cache && await imagesObstacle(cache, preprocessing);
    return new PhotoSource(options, obstacle);
  }

  /**
   * Gives a photo of the data set.
   *
   * @param path Relative to the data set, with `/`.
   * @returns The prepared photo.
   * @throws As {@linkcode ImageCache.load} or {@linkcode DecodePool.load} do.
   */
  async load(path: string): Promise<RgbImage> {
    const { cache, datasetPath } = this.#options;
    if (this.#images && cache?.has(path)) return this.#images.load(path);
    return await this.decode(join(datasetPath, path));
  }

  /** Decodes and prepares any file, as {@linkcode DecodePool.load} does. */
  async decode(file: string): Promise<RgbImage> {
    return (await this.#pool.load(file)).image;
  }

  /** Ends the threads; photos still being decoded are rejected. */
  close(): void {
    this.#pool.close();
  }

  /** The same at the end of a `using` block. */
  [Symbol.dispose](): void {
    this.close();
  }
}
