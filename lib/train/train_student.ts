/**
 * The second stage from a model's name to a trained student.
 *
 * @module
 */
import { RolloutCache } from "../cache/rollout_cache.ts";
import { UsageError } from "../config/usage_error.ts";
import { AugmentPool } from "../dataset/augment_pool.ts";
import { PhotoSource } from "../dataset/photo_source.ts";
import { PixelStore } from "../dataset/pixel_store.ts";
import { ReplayedViews } from "../dataset/replayed_views.ts";
import { type ImageSplit, splitImages } from "../dataset/split.ts";
import { describeView } from "../dataset/student_view.ts";
import { lockRun } from "../run/lock_run.ts";
import { RunFolder } from "../run/run_folder.ts";
import { baseOfRun } from "./base_of_run.ts";
import { openLearner } from "./learner.ts";
import { prepareStudent } from "./prepare_student.ts";
import { restoreStudent } from "./run_state.ts";
import { runConfigOf } from "./run_config.ts";
import { startRun } from "./start_run.ts";
import { train } from "./train.ts";
import { completeOptions, type TrainStudentOptions } from "./train_student_options.ts";
import type { TrainResult } from "./training_job.ts";
import { scheduleOf, type TrainingOptions } from "./training_options.ts";
import { TrainingSet } from "./training_set.ts";

export type { TrainingStart, TrainStudentOptions } from "./train_student_options.ts";

/**
 * Trains a student against a cache, or goes on with an interrupted training; a backend must be open.
 *
 * @param asked Which student learns what, where; callbacks and a signal to stop it by.
 * @returns How far it came, and its newest checkpoint, which `openStudent` reads.
 * @throws {UsageError} When the options contradict the student or an existing run.
 * @throws {Error} When the cache is incomplete, no photo is left to train on, or another process trains there.
 */
export async function trainStudent(asked: TrainStudentOptions): Promise<TrainResult> {
  const options = completeOptions(asked);
  if (scheduleOf(options.training).length === 0) {
    throw new UsageError(
      "--linear-layer-epochs and --ft-epochs are both 0, expected an epoch of one of them",
    );
  }
  using cache = await RolloutCache.open(options.rolloutDir);
  const views = await openViews(cache, options.training);
  const photos = splitPhotos(cache, options.training);
  const { settings } = cache.manifest;
  const run = new RunFolder(options.runDir);
  await using _lock = await lockRun(run, options); // a folder that cannot be written should not cost a download
  const { student, description, commit } = await prepareStudent({
    ...options,
    source: options.resume ? await baseOfRun(run, options.source) : options.source,
    outDim: options.studentOutDim,
    view: settings.preprocessing,
    grid: settings.grid,
    seed: options.training.seed,
  });
  try {
    const config = runConfigOf(options, {
      ...cache.manifest,
      commit,
      replayed: views?.settings,
    });
    const state = await startRun(run, { ...options, config });
    if (state) await restoreStudent(state, student);
    else if (options.resume) {
      options.onWarning?.(`${run.path} holds nothing to resume: starting from the beginning`);
    }
    using source = await PhotoSource.open({ ...options, cache, preprocessing: description.view });
    options.onStart?.({
      photos: photos.training.length,
      heldOut: photos.heldOut.length,
      parameters: student.parameterCount,
      view: describeView(description),
      pixels: source.note,
      resumed: state !== undefined,
    });
    const limitBytes = options.pixelCacheMb * 2 ** 20;
    const pixels = new PixelStore({ source, limitBytes });
    const { training, workers } = options;
    using augmenter = new AugmentPool({ workers });
    using learner = openLearner({
      student,
      description,
      batchSize: training.batchSize,
      workers: options.modelWorkers,
      blas: options.blas ?? "auto",
    });
    return await train({
      ...options,
      student,
      learner,
      description,
      studentName: description.model.architecture,
      set: new TrainingSet({
        paths: photos.training,
        cache,
        pixels,
        description,
        training,
        augmenter,
        views,
      }),
      run,
      metadata: { training: JSON.stringify(config) },
      resumeFrom: state,
    });
  } finally {
    student.dispose();
  }
}

function splitPhotos({ paths }: RolloutCache, { holdout }: TrainingOptions): ImageSplit {
  const split = splitImages(paths, holdout);
  if (split.training.length > 0) return split;
  throw new Error(
    `Cannot train: --holdout=${holdout} leaves none of ${paths.length} photos, ` +
      "expected at least one; lower it or add photos",
  );
}

/** Opens the cached views, where they are what is learnt. */
async function openViews(
  cache: RolloutCache,
  { targets, augment }: TrainingOptions,
): Promise<ReplayedViews | undefined> {
  if (targets !== "views") return undefined;
  if (augment) return await ReplayedViews.open(cache);
  throw new UsageError(
    "--targets=views replays augmented views, expected --augment; leave out --no-augment, or " +
      "train with --targets=joint",
  );
}
