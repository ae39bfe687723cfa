/**
 * Moves and colours photos in worker threads, so that a fast student need not wait for them.
 *
 * @module
 */
import type { RgbImage } from "../image/rgb_image.ts";
import { WorkerPool } from "../threads/worker_pool.ts";
import type { AugmentedImage, MappedImage } from "./augment.ts";
import type { AugmentAnswer, AugmentRequest } from "./augment_worker.ts";
import type { Augmentation } from "./augmentation.ts";

/**
 * A few worker threads that run {@linkcode augmentJointly} and {@linkcode paintAugmented}, with the same
 * results. They start with the
 * first photo, and keep the process alive until the pool is closed.
 */
export class AugmentPool implements Disposable {
  readonly #pool: WorkerPool<AugmentRequest, AugmentAnswer>;

  /**
   * Makes a pool.
   *
   * @throws {RangeError} When `workers` is not a positive integer.
   */
  constructor({ workers }: { workers: number }) {
    const workerUrl = new URL("./augment_worker.ts", import.meta.url);
    this.#pool = new WorkerPool({ workers, workerUrl, purpose: "augment photo" });
  }

  /**
   * Moves and colours one photo, and moves its map.
   *
   * @param source Copied: it stays as it is.
   * @param options How, and what the photo is called in messages.
   * @throws As {@linkcode augmentJointly} does; {Error} when the pool is closed.
   */
  async augment(
    source: MappedImage,
    { augmentation, path }: { augmentation: Augmentation; path: string },
  ): Promise<AugmentedImage> {
    return await this.#pool.run({ source, augmentation }, { item: path }) as AugmentedImage;
  }

  /**
   * Moves and colours one photo alone, in 8 bits.
   *
   * @param photo Copied: it stays as it is.
   * @param options How, and what the photo is called in messages.
   * @throws As {@linkcode paintAugmented} does; {Error} when the pool is closed.
   */
  async paint(
    photo: RgbImage,
    { augmentation, path }: { augmentation: Augmentation; path: string },
  ): Promise<RgbImage> {
    return await this.#pool.run({ source: photo, augmentation }, { item: path }) as RgbImage;
  }

  /** Ends all workers; photos still on their way are rejected. */
  [Symbol.dispose](): void {
    this.#pool.close();
  }
}
