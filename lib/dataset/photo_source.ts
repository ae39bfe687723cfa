/**
 * Where prepared photos come from: the pixels of the cache where it has them, else the photos' files.
 *
 * @module
 */
import { join } from "node:path";
import { ImageCache, imagesObstacle } from "../cache/image_cache.ts";
import type { RolloutCache } from "../cache/rollout_cache.ts";
import { crc32OfFile } from "../files/crc32.ts";
import { ifPresent } from "../files/if_present.ts";
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
  #isClosed = false;

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
   * Gives a photo of the data set. One that is decoded, and of which the cache has a map, must still be
   * the photo that the map was made of.
   *
   * @param path Relative to the data set, with `/`.
   * @returns The prepared photo.
   * @throws {Error} When it is not, or is gone, naming file and remedy.
   * @throws As {@linkcode ImageCache.load}, {@linkcode DecodePool.load} or
   * {@linkcode RolloutCache.readChecksum} do.
   */
  async load(path: string): Promise<RgbImage> {
    const { cache, datasetPath } = this.#options;
    const file = join(datasetPath, path);
    if (!cache?.has(path)) return await this.decode(file);
    if (this.#images) return await this.#images.load(path);
    return await this.#decodeUnchanged(file, await cache.readChecksum(path));
  }

  /** Decodes and prepares any file, as {@linkcode DecodePool.load} does. */
  async decode(file: string): Promise<RgbImage> {
    return (await this.#pool.load(file)).image;
  }

  async #decodeUnchanged(file: string, expected: number): Promise<RgbImage> {
    try {
      const { image, checksum } = await this.#pool.load(file);
      if (checksum === expected) return image;
    } catch (error) {
      if (this.#isClosed || error instanceof RangeError) throw error; // too large to look at
      const outOfReach = () => expected; // then the decoder says why
      const found = await ifPresent(crc32OfFile(file)).catch(outOfReach);
      if (found === expected) throw error;
      if (found === undefined) throw gone(file);
    }
    throw changed(file);
  }

  /** Ends the threads; photos still being decoded are rejected. */
  close(): void {
    this.#isClosed = true;
    this.#pool.close();
  }

  /** The same at the end of a `using` block. */
  [Symbol.dispose](): void {
    this.close();
  }
}

function changed(file: string): Error {
  return new Error(
    `Cannot load photo: ${file} has changed since the cache's map of it was made, expected the same file; ` +
      "put that back, or make its map anew with precompute --repair",
  );
}

function gone(file: string): Error {
  return new Error(
    `Cannot load photo: ${file} is gone, expected the file that the cache's map was made of; put it ` +
      "back, or make a cache of the photos that are left with precompute --overwrite",
  );
}
