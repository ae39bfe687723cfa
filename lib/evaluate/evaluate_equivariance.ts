/**
 * The equivariance of a cache's teacher on held-out photos.
 *
 * @module
 */
import { RolloutCache } from "../cache/rollout_cache.ts";
import { PhotoSource } from "../dataset/photo_source.ts";
import { splitImages } from "../dataset/split.ts";
import { bootstrapIntervals } from "../metrics/bootstrap.ts";
import { Random } from "../random/random.ts";
import type { Interval } from "../run/evaluation_file.ts";
import { type CachedTeacherOptions, openCachedTeacher } from "../teacher/cached_teacher.ts";
import { type EquivarianceOptions, type MappedPhoto, measureEquivariance } from "./equivariance.ts";

/** As many photos as tell a mean CC to a hundredth or two; the teacher looks seven times at each. */
const MOST_PHOTOS = 64;

/** Which photos, and which teacher. */
export interface EvaluateEquivarianceOptions extends Omit<EquivarianceOptions, "teacher"> {
  /** The folder of photos; not needed where the cache holds their pixels. */
  readonly datasetPath: string;
  /** The cache of the teacher's maps. */
  readonly rolloutDir: string;
  /** Share of the photos to draw from, chosen by a hash of their paths, in [0, 1). */
  readonly holdout: number;
  /** Threads that decode; the pool's default when not given. */
  readonly workers?: number;
  /** The most pixels of a photo to decode; the decoder's default when not given. */
  readonly maxPixels?: number;
  /** How the cache's teacher is opened. */
  readonly teacher: CachedTeacherOptions;
}

/**
 * Measures on the held-out photos, or on 64 drawn from them, how far the teacher's map of a moved photo is
 * from its moved map.
 *
 * @returns By kind of augmentation the mean CC with its bootstrap interval of 95 %.
 * @throws {Error} When no photo is held out, one is missing, or the teacher is no longer the cache's.
 * @throws The signal's reason, when it was aborted.
 */
export async function evaluateEquivariance(
  options: EvaluateEquivarianceOptions,
): Promise<Record<string, Interval>> {
  const { rolloutDir, holdout, seed } = options;
  using cache = await RolloutCache.open(rolloutDir);
  const paths = choosePaths(splitImages(cache.paths, holdout).heldOut, seed);
  if (paths.length === 0) {
    throw new Error(
      `Cannot measure equivariance: of the photos of ${rolloutDir} a share of ${holdout} holds out ` +
        "none, expected at least one; use a greater --holdout",
    );
  }
  const photos = await readPhotos(paths, { ...options, cache });
  using teacher = await openCachedTeacher(cache.manifest.settings, options.teacher);
  const values = Object.entries(await measureEquivariance(photos, { ...options, teacher }));
  const intervals = bootstrapIntervals(values.map(([, ofKind]) => ofKind), {
    random: Random.from("bootstrap", seed),
  });
  return Object.fromEntries(values.map(([kind], place) => [kind, intervals[place]]));
}

/** In order of path, for a cache's files to be read in order. */
function choosePaths(heldOut: readonly string[], seed: number): string[] {
  const order = Random.from("equivariance", seed).permutation(heldOut.length);
  return Array.from(order.slice(0, MOST_PHOTOS).sort(), (place) => heldOut[place]);
}

async function readPhotos(
  paths: readonly string[],
  { cache, ...options }: EvaluateEquivarianceOptions & { cache: RolloutCache },
): Promise<MappedPhoto[]> {
  const { preprocessing } = cache.manifest.settings;
  using source = await PhotoSource.open({ ...options, cache, preprocessing });
  return await Promise.all(paths.map(async (path) => {
    const [image, map] = await Promise.all([source.load(path), cache.readMap(path)]);
    return { path, image, map };
  }));
}
