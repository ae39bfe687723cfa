/**
 * The batches that a student learns from.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { RolloutCache } from "../cache/rollout_cache.ts";
import { augmentJointly } from "../dataset/augment.ts";
import { sampleAugmentation } from "../dataset/augmentation.ts";
import { batchesOf, epochOrder } from "../dataset/epoch_order.ts";
import type { PixelStore } from "../dataset/pixel_store.ts";
import { viewPhotos } from "../dataset/student_view.ts";
import type { RgbImage } from "../image/rgb_image.ts";
import type { StudentDescription } from "../model/student_checkpoint.ts";
import { Random } from "../random/random.ts";
import { concatenateMaps } from "../rollout/concatenate_maps.ts";
import { divideByMaximum } from "../rollout/divide_by_maximum.ts";
import type { TrainingBatch } from "./train_step.ts";
import type { PhaseEpoch, TrainingOptions } from "./training_options.ts";

/** What a training set is made of. */
export interface TrainingSetOptions {
  /** The photos to train on, relative to the data set. */
  readonly paths: readonly string[];
  /** Their maps. */
  readonly cache: RolloutCache;
  /** Their pixels. */
  readonly pixels: PixelStore;
  /** What the student sees of them. */
  readonly description: StudentDescription;
  /** Batch size, augmentation and seed. */
  readonly training: TrainingOptions;
}

/** Photos and maps of one data set, in batches that depend on the seed alone. */
export class TrainingSet {
  readonly #options: TrainingSetOptions;
  /** Photos asked for early, until their batch is made: beyond its limit the store forgets them. */
  readonly #early = new Map<string, Promise<RgbImage>>();

  /** Nothing is read before the first batch. */
  constructor(options: TrainingSetOptions) {
    this.#options = options;
  }

  /** Batches in an epoch; the last may be smaller. */
  get batchesPerEpoch(): number {
    return Math.ceil(this.#options.paths.length / this.#options.training.batchSize);
  }

  /** Photos in an epoch. */
  get size(): number {
    return this.#options.paths.length;
  }

  /** The paths of each batch of an epoch, in the epoch's order. */
  batchPaths({ phase, epoch }: PhaseEpoch): string[][] {
    const { paths, training: { seed, batchSize } } = this.#options;
    const order = epochOrder(paths.length, { seed, phase, epoch });
    return batchesOf(order, batchSize).map((batch) => Array.from(batch, (index) => paths[index]));
  }

  /** Starts decoding photos that are wanted soon. */
  prefetch(paths: readonly string[]): void {
    for (const path of paths) {
      const photo = this.#options.pixels.load(path);
      photo.catch(() => {}); // who makes the batch is told
      this.#early.set(path, photo);
    }
  }

  /**
   * Makes a batch; the caller disposes its tensors.
   *
   * @throws {Error} When a photo can no longer be read, naming it.
   */
  async load(paths: readonly string[], epoch: PhaseEpoch): Promise<TrainingBatch> {
    const { description, training: { seed } } = this.#options;
    const examples = await Promise.all(paths.map((path) => this.#example(path, epoch)));
    const photos = examples.map(({ image }, index) => ({
      pixels: image,
      maskKey: [seed, epoch.phase, epoch.epoch, paths[index]],
    }));
    const [gridHeight, gridWidth] = description.grid;
    const targets = tf.tensor2d(
      concatenateMaps(examples.map(({ map }) => map)),
      [paths.length, gridHeight * gridWidth],
    );
    return { ...viewPhotos(photos, description), targets };
  }

  async #example(
    path: string,
    { phase, epoch }: PhaseEpoch,
  ): Promise<{ image: Uint8Array | Float32Array; map: Float32Array }> {
    const { cache, pixels, description, training } = this.#options;
    const photo = this.#early.get(path) ?? pixels.load(path);
    this.#early.delete(path);
    const [{ data: image, height, width }, map] = await Promise.all([
      photo,
      cache.readMap(path),
    ]);
    if (!training.augment) return { image, map: divideByMaximum(map) };
    const random = Random.from("augment", training.seed, phase, epoch, path);
    const [gridHeight, gridWidth] = description.grid;
    const source = { image, map, height, width, gridHeight, gridWidth };
    return augmentJointly(source, sampleAugmentation(random, { height, width }));
  }
}
