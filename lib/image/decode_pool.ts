/**
 * Decodes and preprocesses photos in worker threads, beside the model's own work.
 *
 * @module
 */
import type { DecodeRequest } from "./decode_worker.ts";
import type { Preprocessing } from "./preprocess.ts";
import type { DecodedPhoto } from "./read_photo.ts";
import { WorkerPool } from "../threads/worker_pool.ts";

/** Each photo has a decoder's instance of its own, which fills a thread's memory with holes (measured). */
const requestsPerWorker = 1000;

/** How a {@link DecodePool} works. */
export interface DecodePoolOptions {
  /** How the model wants its pictures. */
  readonly preprocessing: Preprocessing;
  /** Worker threads at most; they start when there is something to do. */
  readonly workers?: number;
  /** The most pixels of a photo; the decoder's default when not given. */
  readonly maxPixels?: number;
  /** The module that the workers run, if not the usual one: it speaks the same messages. */
  readonly workerUrl?: URL;
}

/**
 * A few worker threads that turn paths into preprocessed pictures.
 *
 * Photos wait in line as long as all workers are busy; how many may wait is the caller's business. The
 * workers keep the process alive until {@link DecodePool.close}.
 */
export class DecodePool {
  readonly #request: Omit<DecodeRequest, "path">;
  readonly #pool: WorkerPool<DecodeRequest, DecodedPhoto>;

  /**
   * Makes a pool; nothing starts before the first photo.
   *
   * @throws {RangeError} When `workers` is not a positive integer.
   */
  constructor(
    {
      preprocessing,
      workers = 2,
      maxPixels,
      workerUrl = new URL("./decode_worker.ts", import.meta.url),
    }: DecodePoolOptions,
  ) {
    this.#request = { preprocessing, maxPixels };
    this.#pool = new WorkerPool({ workers, workerUrl, purpose: "load image", requestsPerWorker });
  }

  /**
   * Reads, decodes and preprocesses one photo in a worker.
   *
   * @param path The photo's file.
   * @returns The crop that the model sees, of `preprocessing.imageSize`, and the file's checksum.
   * @throws {SyntaxError} When the file cannot be decoded.
   * @throws {RangeError} When it is larger than `maxPixels`, which is found out before it is decoded.
   * @throws {Error} When it cannot be read, the worker dies over it, or the pool is closed.
   */
  load(path: string): Promise<DecodedPhoto> {
    return this.#pool.run({ path, ...this.#request }, { item: path });
  }

  /** Ends all workers; photos still on their way are rejected. */
  close(): void {
    this.#pool.close();
  }

  /** The same as {@link DecodePool.close}, for `using`. */
  [Symbol.dispose](): void {
    this.close();
  }
}
