/**
 * The last stage: pictures of what the teacher and its student make of photos.
 *
 * @module
 */
import type { ListImagesOptions } from "../dataset/image_folder.ts";
import { type CacheManifest, readManifest } from "../cache/manifest.ts";
import { RolloutCache } from "../cache/rollout_cache.ts";
import { holdoutOptions } from "../config/data_options.ts";
import { commonOptions, pictureOptions } from "../config/options.ts";
import { choosePhotos } from "../dataset/choose_photos.ts";
import { PhotoSource } from "../dataset/photo_source.ts";
import { type CroppedPhoto, readPhotos, type UnreadablePhoto } from "../dataset/read_photos.ts";
import { describeView } from "../dataset/student_view.ts";
import {
  openStudent,
  type OpenStudentOptions,
  type StudentCheckpoint,
} from "../model/student_checkpoint.ts";
import { compareMaps, type Comparing, type Comparison } from "./compare.ts";
import { drawComparisons, type ShownModel, type ShownStudent } from "./comparison_sheet.ts";
import { TeacherMaps } from "./teacher_maps.ts";
import type { TeacherChoice } from "./teacher_plan.ts";
import { trainingCacheOf } from "./training_cache.ts";

export type { ShownModel, ShownStudent, TeacherChoice, UnreadablePhoto };

/** What to draw, and with what. */
export interface VisualiseOptions extends OpenStudentOptions, ListImagesOptions {
  /** The student. */
  readonly checkpointPath: string;
  /** Files and folders to draw; when there are none, photos of the cache. */
  readonly photos?: readonly string[];
  /** Photos to take from the cache, or from each folder named, at most; 8 when not given. */
  readonly count?: number;
  /** Share of the data set that no student trains on, from 0 to 1: the cache's photos to draw; 0.1 when not given. */
  readonly holdout?: number;
  /** The data set's folder. */
  readonly datasetPath: string;
  /** The cache's folder; it may hold none, or, when photos are named, part of one. */
  readonly rolloutDir: string;
  /** What is said about the teacher; the cache, the student, or the usual defaults, say the rest. */
  readonly teacher?: TeacherChoice;
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
  /** Called at the start and after each photo. */
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
  /** Called for each photo that cannot be read. */
  readonly onSkip?: (photo: UnreadablePhoto) => void;
}

const usual = {
  photos: [] as readonly string[],
  count: pictureOptions.count.parse(undefined),
  holdout: holdoutOptions.holdout.parse(undefined),
  teacher: {} as TeacherChoice,
  seed: commonOptions.seed.parse(undefined),
};

/** A photo of the sheet, in words and numbers. */
export interface DrawnPhoto {
  /** Relative to the data set where it lies there, else as it was named. */
  readonly path: string;
  /** Whether its map lay in the cache, so that the teacher was not needed. */
  readonly isCached: boolean;
  /** Pearson's correlation of both maps, −1 to 1; 0 where one is constant. */
  readonly correlation: number;
}

/** What the sheet shows, in words and numbers. */
export interface VisualiseSummary {
  /** The teacher; its parameters are null when it is out of reach. */
  readonly teacher: ShownModel;
  /** The student, and in words what it sees of a photo. */
  readonly student: ShownStudent;
  /** The photos drawn, top to bottom. */
  readonly photos: readonly DrawnPhoto[];
  /** The photos that could not be read. */
  readonly skipped: readonly UnreadablePhoto[];
}

/** A picture and what it shows. */
export interface Visualisation {
  /** A PNG file. */
  readonly png: Uint8Array;
  /** The same in words and numbers. */
  readonly summary: VisualiseSummary;
}

/**
 * Draws a sheet, a row a photo: the photo, the teacher's map over it, what the student saw, and the
 * student's map over it. The teacher is loaded only when a photo has no map in the cache.
 *
 * @param asked Which student, which photos, and where a teacher is to be had.
 * @returns The picture, and the same in words and numbers.
 * @throws {Error} When there is no photo to draw, none can be read, or the maps of teacher and student
 * cannot be compared.
 * @throws {SyntaxError} When the checkpoint, the cache or the teacher is damaged.
 * @throws The signal's reason, when it was aborted.
 */
export async function visualise(asked: VisualiseOptions): Promise<Visualisation> {
  const options = { ...usual, ...asked };
  const manifest = await readManifest(options.rolloutDir);
  using cache = await openCache(manifest, options);
  const cachedPaths = cache?.paths;
  const photos = await choosePhotos({ ...options, named: options.photos, cachedPaths });
  using checkpoint = await openStudent(options.checkpointPath, options);
  const { description } = checkpoint;
  using source = await PhotoSource.open({ ...options, cache, preprocessing: description.view });
  if (source.note) options.onPixels?.(source.note);
  const { readable, skipped } = await readPhotos(photos, {
    ...options,
    source,
    purpose: "visualise",
  });
  const trainedOn = trainingCacheOf(checkpoint, { path: options.checkpointPath });
  using teacher = new TeacherMaps(options.teacher, {
    rolloutDir: options.rolloutDir,
    cache,
    known: { cached: manifest?.settings, trainedOn },
    student: description,
  });
  const comparing = { checkpoint, teacher, seed: options.seed };
  const comparisons = await compareAll(readable, comparing, options);
  return await present(comparisons, { checkpoint, teacher, skipped });
}

/** Whoever names photos can do without the maps of a cache that is not complete. */
async function openCache(
  manifest: CacheManifest | undefined,
  { rolloutDir, photos }: { rolloutDir: string; photos: readonly string[] },
): Promise<RolloutCache | undefined> {
  if (!manifest || (!manifest.complete && photos.length > 0)) return undefined;
  return await RolloutCache.open(rolloutDir);
}

async function compareAll(
  photos: readonly CroppedPhoto[],
  comparing: Comparing,
  { onProgress, signal }: Pick<VisualiseOptions, "onProgress" | "signal">,
): Promise<Comparison[]> {
  const comparisons: Comparison[] = [];
  onProgress?.({ done: 0, total: photos.length });
  for (const photo of photos) {
    signal?.throwIfAborted();
    comparisons.push(await compareMaps(photo, comparing));
    onProgress?.({ done: comparisons.length, total: photos.length });
  }
  return comparisons;
}

async function present(
  comparisons: readonly Comparison[],
  { checkpoint: { student, description }, teacher: maps, skipped }: {
    checkpoint: StudentCheckpoint;
    teacher: TeacherMaps;
    skipped: readonly UnreadablePhoto[];
  },
): Promise<Visualisation> {
  const teacher = { name: maps.name, parameters: await maps.countParameters() };
  const shownStudent = {
    name: description.model.architecture,
    parameters: student.parameterCount,
    view: describeView(description),
  };
  const { grid } = description;
  const png = await drawComparisons(comparisons, { grid, teacher, student: shownStudent });
  const photos = comparisons.map(({ path, isCached, correlation }) => (
    { path, isCached, correlation }
  ));
  return { png, summary: { teacher, student: shownStudent, photos, skipped } };
}
