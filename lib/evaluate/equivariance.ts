/**
 * How far the teacher's map of a moved photo is from the moved map of the photo: what the joint
 * augmentation takes to be the same.
 *
 * Shape letters: G = gridHeight·gridWidth.
 *
 * @module
 */
import { motionOf } from "../dataset/augment.ts";
import type { Augmentation } from "../dataset/augmentation.ts";
import {
  type AugmentationKind,
  augmentationKinds,
  sampleSingle,
} from "../dataset/single_augmentation.ts";
import { paintAugmented } from "../dataset/view.ts";
import { warp } from "../dataset/warp.ts";
import type { RgbImage } from "../image/rgb_image.ts";
import { pearsonCorrelation } from "../metrics/metrics.ts";
import { Random } from "../random/random.ts";
import type { Teacher } from "../teacher/teacher.ts";

/** A share of a patch that must lie inside the photo before the motion, for the patch to count. */
const LEAST_CONTENT = 0.5;

/** A photo whose map is known. */
export interface MappedPhoto {
  /** Relative to the data set, with `/`; it decides what is drawn. */
  readonly path: string;
  /** Prepared for the teacher. */
  readonly image: RgbImage;
  /** The teacher's map of it, on any scale: float32 [G]. */
  readonly map: Float32Array;
}

/** How equivariance is measured. */
export interface EquivarianceOptions {
  /** Maps the moved photos; the same that mapped the photos. */
  readonly teacher: Pick<Teacher, "maps" | "grid">;
  /** Photos that the teacher sees at once. */
  readonly batchSize: number;
  /** Where the augmentations are drawn from. */
  readonly seed: number;
  /** Stops the work before the next batch. */
  readonly signal?: AbortSignal;
  /** Called at the start and after each batch, with moved photos. */
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
}

/** For each kind of augmentation the CC of each photo, in the photos' order. */
export type Equivariance = Readonly<Record<AugmentationKind, readonly number[]>>;

/**
 * Correlates (CC) map(move(photo)) with move(map(photo)), for each kind of augmentation by itself and all
 * together. 1: the map moves with the photo exactly, as far as a map's few patches can show it: moving a map
 * between patches blurs it, so that only flips and colours can reach 1 with every teacher.
 *
 * Compared are the patches of which half or more shows the photo, by the same bilinear warp; the black that
 * a motion brings in says nothing about the teacher.
 *
 * @param photos At least one.
 * @throws The signal's reason, when it was aborted.
 */
export async function measureEquivariance(
  photos: readonly MappedPhoto[],
  { teacher, batchSize, seed, signal, onProgress }: EquivarianceOptions,
): Promise<Equivariance> {
  const total = photos.length * augmentationKinds.length;
  let done = 0;
  onProgress?.({ done, total });
  const correlations: [AugmentationKind, number[]][] = augmentationKinds.map((kind) => [kind, []]);
  for (const [kind, values] of correlations) {
    for (let start = 0; start < photos.length; start += batchSize) {
      signal?.throwIfAborted();
      const batch = photos.slice(start, start + batchSize).map((photo) => {
        const random = Random.from("equivariance", seed, photo.path, kind);
        return { photo, augmentation: sampleSingle(kind, { random, size: photo.image }) };
      });
      values.push(...await correlateBatch(batch, teacher));
      onProgress?.({ done: done += batch.length, total });
    }
  }
  return Object.fromEntries(correlations) as Record<AugmentationKind, number[]>;
}

/** A photo, and how it is moved. */
interface Moved {
  readonly photo: MappedPhoto;
  readonly augmentation: Augmentation;
}

async function correlateBatch(
  batch: readonly Moved[],
  teacher: Pick<Teacher, "maps" | "grid">,
): Promise<number[]> {
  const { grid } = teacher;
  const images = batch.map(({ photo, augmentation }) => paintAugmented(photo.image, augmentation));
  const maps = await teacher.maps(images);
  const size = grid[0] * grid[1];
  return batch.map((moved, place) =>
    correlate(moved, { map: maps.subarray(place * size, (place + 1) * size), grid })
  );
}

function correlate(
  { photo: { image, map: still }, augmentation }: Moved,
  { map, grid: [height, width] }: { map: Float32Array; grid: Teacher["grid"] },
): number {
  const motion = motionOf(augmentation, image);
  const move = (data: Float32Array) => warp({ data, height, width, channels: 1 }, motion);
  const content = move(new Float32Array(map.length).fill(1));
  const isSeen = (_: number, patch: number) => content[patch] >= LEAST_CONTENT;
  return pearsonCorrelation(move(still).filter(isSeen), map.filter(isSeen));
}
