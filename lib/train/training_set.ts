/**
 * The batches that a student learns from.
 *
 * @module
 */
import type { RolloutCache } from "../cache/rollout_cache.ts";
import { augmentJointly } from "../dataset/augment.ts";
import type { AugmentPool } from "../dataset/augment_pool.ts";
import { sampleAugmentation } from "../dataset/augmentation.ts";
import { batchesOf, epochOrder } from "../dataset/epoch_order.ts";
import type { PixelStore } from "../dataset/pixel_store.ts";
import type { ReplayedViews } from "../dataset/replayed_views.ts";
import { paintAugmented } from "../dataset/view.ts";
import type { StudentDescription } from "../model/student_checkpoint.ts";
import { Random } from "../random/random.ts";
import { divideByMaximum } from "../rollout/divide_by_maximum.ts";
import type { Example } from "./training_batch.ts";
import { epochNumber, type PhaseEpoch, type TrainingOptions } from "./training_options.ts";

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
  /** Cached views of the photos, to be replayed instead of drawing augmentations. */
  readonly views?: Pick<ReplayedViews, "load">;
  /** Augments beside the model's own work, with the same results; it stays the caller's. */
  readonly augmenter?: Pick<AugmentPool, "augment" | "paint">;
}

/** Photos and maps of one data set, in batches that depend on the seed alone. */
export class TrainingSet {
  readonly #options: TrainingSetOptions;
  /** Examples asked for early, until their batch is made. */
  readonly #early = new Map<string, Promise<Example>>();
  /** The epoch that photos are wanted for early. */
  #epoch?: PhaseEpoch;

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

  /** The paths of each batch of an epoch, in the epoch's order; the epoch has begun. */
  batchPaths({ phase, epoch }: PhaseEpoch): string[][] {
    this.#epoch = { phase, epoch };
    this.#early.clear();
    const { paths, training: { seed, batchSize } } = this.#options;
    const order = epochOrder(paths.length, { seed, phase, epoch });
    return batchesOf(order, batchSize).map((batch) => Array.from(batch, (index) => paths[index]));
  }

  /** Starts reading and augmenting photos that are wanted soon, in the epoch that has begun. */
  prefetch(paths: readonly string[]): void {
    if (!this.#epoch) return;
    for (const path of paths) {
      const example = this.#makeExample(path, this.#epoch);
      example.catch(() => {}); // who makes the batch is told
      this.#early.set(path, example);
    }
  }

  /**
   * Gets the examples of a batch, in the order of their paths.
   *
   * @throws {Error} When a photo can no longer be read, naming it.
   */
  load(paths: readonly string[], epoch: PhaseEpoch): Promise<Example[]> {
    return Promise.all(paths.map((path) => this.#example(path, epoch)));
  }

  #example(path: string, epoch: PhaseEpoch): Promise<Example> {
    const isEarly = epoch.phase === this.#epoch?.phase && epoch.epoch === this.#epoch.epoch;
    const early = isEarly ? this.#early.get(path) : undefined;
    if (early) this.#early.delete(path);
    return early ?? this.#makeExample(path, epoch);
  }

  async #makeExample(path: string, { phase, epoch }: PhaseEpoch): Promise<Example> {
    const { cache, pixels, description, training, views, augmenter } = this.#options;
    const maskKey = [training.seed, phase, epoch, path];
    if (views) return { ...await this.#replay(path, views, { phase, epoch }), maskKey };
    const [photo, map] = await Promise.all([pixels.load(path), cache.readMap(path)]);
    if (!training.augment) return { data: photo.data, map: divideByMaximum(map), maskKey };
    const random = Random.from("augment", training.seed, phase, epoch, path);
    const augmentation = sampleAugmentation(random, photo);
    const [gridHeight, gridWidth] = description.grid;
    const { data: image, height, width } = photo;
    const source = { image, map, height, width, gridHeight, gridWidth };
    const moved = augmenter
      ? await augmenter.augment(source, { augmentation, path })
      : augmentJointly(source, augmentation);
    return { data: moved.image, map: moved.map, maskKey };
  }

  /** The photo moved as the teacher saw it, and the teacher's own map of that. */
  async #replay(
    path: string,
    views: Pick<ReplayedViews, "load">,
    epoch: PhaseEpoch,
  ): Promise<Pick<Example, "data" | "map">> {
    const { pixels, training, augmenter } = this.#options;
    const [photo, { map, augmentation }] = await Promise.all([
      pixels.load(path),
      views.load(path, epochNumber(epoch, training)),
    ]);
    const painted = await (augmenter?.paint(photo, { augmentation, path }) ??
      paintAugmented(photo, augmentation));
    return { data: painted.data, map };
  }
}
