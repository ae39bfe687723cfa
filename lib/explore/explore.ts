/**
 * Where a student would look next in photos of which it sees a degraded view.
 *
 * @module
 */
import type { ListImagesOptions } from "../dataset/image_folder.ts";
import { RolloutCache } from "../cache/rollout_cache.ts";
import { holdoutOptions } from "../config/data_options.ts";
import { commonOptions, glimpseOptions, pictureOptions } from "../config/options.ts";
import { choosePhotos } from "../dataset/choose_photos.ts";
import { PhotoSource } from "../dataset/photo_source.ts";
import { predictMaps } from "../dataset/predict_maps.ts";
import { type CroppedPhoto, readPhotos, type UnreadablePhoto } from "../dataset/read_photos.ts";
import { describeView, paintView } from "../dataset/student_view.ts";
import { type Glimpse, nextGlimpses } from "../glimpses/next_glimpses.ts";
import {
  openStudent,
  type OpenStudentOptions,
  type StudentCheckpoint,
} from "../model/student_checkpoint.ts";
import { divideByMaximum } from "../rollout/divide_by_maximum.ts";
import { drawGlimpseSheet, type ExploredPhoto } from "./glimpse_sheet.ts";

/** Which student looks at which photos, and how often. */
export interface ExploreOptions extends OpenStudentOptions, ListImagesOptions {
  /** The student. */
  readonly checkpointPath: string;
  /** Files and folders to look at; when there are none, held-out photos of the cache. */
  readonly photos?: readonly string[];
  /** Photos to take from the cache, or from each folder named, at most; 8 when not given. */
  readonly count?: number;
  /** Share of the data set that no student trains on, from 0 to 1: the cache's photos to look at; 0.1 when not given. */
  readonly holdout?: number;
  /** The data set's folder. */
  readonly datasetPath: string;
  /** The cache's folder, which is read only when no photos are named. */
  readonly rolloutDir: string;
  /** How many glimpses of each photo, at most; 5 when not given. */
  readonly glimpses?: number;
  /** A glimpse's side, in patches; 2 when not given. */
  readonly glimpseSize?: number;
  /** Whether glimpses may overlap; they do not when not given. */
  readonly allowOverlap?: boolean;
  /** Patches that were seen already, as flat indices; none when not given. */
  readonly seen?: readonly number[];
  /** What masks are drawn from, with the photo's path; 0 when not given. */
  readonly seed?: number;
  /** Threads that decode; the pool's default when not given. */
  readonly workers?: number;
  /** The most pixels of a photo to decode; the decoder's default when not given. */
  readonly maxPixels?: number;
  /** Stops the work before the next photo. */
  readonly signal?: AbortSignal;
  /** Told where the pixels come from, where the cache holds some. */
  readonly onPixels?: (note: string) => void;
  /** Called for each photo that cannot be read. */
  readonly onSkip?: (photo: UnreadablePhoto) => void;
}

const usual = {
  photos: [] as readonly string[],
  count: pictureOptions.count.parse(undefined),
  holdout: holdoutOptions.holdout.parse(undefined),
  glimpses: glimpseOptions.glimpses.parse(undefined),
  glimpseSize: glimpseOptions.glimpseSize.parse(undefined),
  allowOverlap: glimpseOptions.allowOverlap.parse(undefined),
  seed: commonOptions.seed.parse(undefined),
};

/** A photo's next glimpses. */
export interface PhotoGlimpses {
  /** Relative to the data set where it lies there, else as it was named. */
  readonly path: string;
  /** In the order in which they are to be taken; boxes are in pixels of the prepared photo. */
  readonly glimpses: readonly Glimpse[];
}

/** Where a student would look next. */
export interface Exploration {
  /** A PNG file: a row a photo. */
  readonly png: Uint8Array;
  /** What the student sees of a photo, in words. */
  readonly view: string;
  /** Height and width of a map, in patches. */
  readonly grid: readonly [gridHeight: number, gridWidth: number];
  /** Height and width of the prepared photo that boxes are in, in pixels. */
  readonly imageSize: readonly [height: number, width: number];
  /** The photos, in order. */
  readonly photos: readonly PhotoGlimpses[];
  /** The photos that could not be read. */
  readonly skipped: readonly UnreadablePhoto[];
}

/**
 * Shows a student its view of photos, and takes from its maps the next glimpses; a teacher is not needed.
 *
 * @param asked Which student, which photos, and how many glimpses.
 * @returns The glimpses of each photo, and a picture of them.
 * @throws {Error} When there is no photo to look at, or none can be read.
 * @throws {RangeError} When a glimpse does not fit the student's grid, or a patch seen lies beyond it.
 * @throws {SyntaxError} When the checkpoint or the cache is damaged.
 * @throws The signal's reason, when it was aborted.
 */
export async function explore(asked: ExploreOptions): Promise<Exploration> {
  const options = { ...usual, ...asked };
  const { photos: named, rolloutDir } = options;
  using cache = named.length > 0 ? undefined : await RolloutCache.open(rolloutDir);
  const photos = await choosePhotos({ ...options, named, cachedPaths: cache?.paths });
  using checkpoint = await openStudent(options.checkpointPath, options);
  const { grid, view } = checkpoint.description;
  const seen = seenMask(options.seen ?? [], grid);
  using source = await PhotoSource.open({ ...options, cache, preprocessing: view });
  if (source.note) options.onPixels?.(source.note);
  const reading = { ...options, source, purpose: "choose glimpses" };
  const { readable, skipped } = await readPhotos(photos, reading);
  const explored: ExploredPhoto[] = [];
  for (const photo of readable) {
    options.signal?.throwIfAborted();
    explored.push(await explorePhoto(photo, { ...options, checkpoint, seen }));
  }
  return {
    png: await drawGlimpseSheet(explored, { grid, seen }),
    view: describeView(checkpoint.description),
    grid,
    imageSize: view.imageSize,
    photos: explored.map(({ path, glimpses }) => ({ path, glimpses })),
    skipped,
  };
}

async function explorePhoto(
  { path, crop }: CroppedPhoto,
  { checkpoint, seed, seen, glimpses: count, glimpseSize: size, allowOverlap }:
    & typeof usual
    & { checkpoint: StudentCheckpoint; seen: Uint8Array },
): Promise<ExploredPhoto> {
  const { description } = checkpoint;
  const viewed = { data: crop.data, maskKey: [seed, "glimpses", path] };
  const [map] = await predictMaps([viewed], checkpoint);
  const { grid, view: { imageSize } } = description;
  return {
    path,
    crop,
    view: await paintView(viewed, description),
    map: divideByMaximum(map),
    glimpses: nextGlimpses(map, { grid, count, size, allowOverlap, seen, imageSize }),
  };
}

function seenMask(
  patches: readonly number[],
  [gridHeight, gridWidth]: readonly [number, number],
): Uint8Array {
  const mask = new Uint8Array(gridHeight * gridWidth);
  for (const patch of patches) {
    if (!(patch in mask)) {
      throw new RangeError(
        `Cannot choose glimpses: seen has patch ${patch}, expected one from 0 to ${
          mask.length - 1
        }, as ` +
          `the student's map is ${gridHeight}×${gridWidth} patches`,
      );
    }
    mask[patch] = 1;
  }
  return mask;
}
