/**
 * The third stage: how well a student predicts the teacher's maps of photos that it has never seen.
 *
 * @module
 */
import type { CacheManifest } from "../cache/manifest.ts";
import { RolloutCache } from "../cache/rollout_cache.ts";
import { describeDifferences } from "../cache/settings.ts";
import { batchOptions, holdoutOptions } from "../config/data_options.ts";
import { commonOptions } from "../config/options.ts";
import { type ImageSplit, splitImages } from "../dataset/split.ts";
import { spread } from "../dataset/spread.ts";
import { describeView, seenShareOf } from "../dataset/student_view.ts";
import { sha256OfFile } from "../files/sha256.ts";
import {
  openStudent,
  type OpenStudentOptions,
  type StudentCheckpoint,
  type StudentDescription,
} from "../model/student_checkpoint.ts";
import type { EvaluationFile, ImageScoresLine } from "../run/evaluation_file.ts";
import { openCachedClassifier } from "../teacher/cached_classifier.ts";
import type { CachedTeacherOptions } from "../teacher/cached_teacher.ts";
import { centredGaussian } from "./baselines.ts";
import { CurveCollector } from "./curve_collector.ts";
import { measures } from "./measures.ts";
import { openPredictors } from "./predictors.ts";
import { scorePhotos, type ScoringOptions } from "./score_photos.ts";
import { summariseScores } from "./summarise_scores.ts";

/** What to evaluate, and on what. */
export interface EvaluateOptions extends Omit<ScoringOptions, "batchSize">, OpenStudentOptions {
  /** The student's file. */
  readonly checkpointPath: string;
  /** The cache of the teacher's maps of them. */
  readonly rolloutDir: string;
  /** Photos that the predictors see at once; 32 when not given. */
  readonly batchSize?: number;
  /** Share of the photos to score, chosen by a hash of their paths, in [0, 1); 0.1 when not given. */
  readonly holdout?: number;
  /**
   * Where masks, other photos, random weights and resamples are drawn from: equal seeds hide the same
   * patches of the same photo; 0 when not given.
   */
  readonly seed?: number;
  /**
   * How the cache's teacher is opened, to predict from the student's view and from the mirrored photo;
   * without it both are left out.
   */
  readonly teacher?: CachedTeacherOptions;
  /**
   * How the cache's teacher is opened to classify, for insertion and deletion on some of the photos; without
   * it these are left out.
   */
  readonly classifier?: CachedTeacherOptions;
}

const usual = {
  batchSize: batchOptions.batchSize.parse(undefined),
  holdout: holdoutOptions.holdout.parse(undefined),
  seed: commonOptions.seed.parse(undefined),
};

/** The options with nothing left open that has a usual value. */
type CompleteOptions = EvaluateOptions & typeof usual;

/** Photos that insertion and deletion are played on, at most: each takes about a hundred passes. */
const MOST_CLASSIFIED = 32;

/** What an evaluation came to. */
export interface Evaluation {
  /** Means, intervals and differences: what `evaluation.json` holds. */
  readonly summary: EvaluationFile;
  /** The scores of each photo, in order of path: the lines of `evaluation.jsonl`. */
  readonly perImage: readonly ImageScoresLine[];
}

/**
 * Scores a student on the held-out photos of a cache against the teacher's maps divided by their maximum,
 * beside baselines and, with the teacher, what it makes of the student's view and of the mirrored photo; and
 * measures how fast glimpses by its maps find what the teacher looks at and, with the teacher's classifier,
 * whether its maps point at what the teacher decides by.
 *
 * Memory holds two batches of photos, besides the cache's shards, the models and the scores.
 *
 * @param asked Which student, on which cache, beside what.
 * @returns What `evaluation.json` holds, and the scores of each photo.
 * @throws {RangeError} When an option is impossible, or the cache's maps are not those that the student
 * predicts.
 * @throws {SyntaxError} When the checkpoint, the cache or a photo is damaged.
 * @throws {Error} When no photo is held out or none is left for the mean map, a file is missing, the
 * teacher's weights have changed, or the student says what is no number.
 * @throws The signal's reason, when it was aborted.
 */
export async function evaluate(asked: EvaluateOptions): Promise<Evaluation> {
  const options = { ...usual, ...asked };
  const { checkpointPath, rolloutDir, batchSize, seed } = options;
  if (!Number.isInteger(batchSize) || batchSize < 1) {
    throw new RangeError(`Cannot evaluate: batchSize is ${batchSize}, expected a positive integer`);
  }
  using cache = await RolloutCache.open(rolloutDir);
  const split = splitPhotos(cache, options);
  const checkpointSha256 = await sha256OfFile(checkpointPath);
  using checkpoint = await openStudent(checkpointPath, options);
  const { description } = checkpoint;
  checkMaps(description, { manifest: cache.manifest, options });
  using opened = await openPredictors({ ...options, ...split, checkpoint, cache });
  using classifier = options.classifier &&
    await openCachedClassifier(cache.manifest.settings, options.classifier);
  const { predictors } = opened;
  const { grid, view: preprocessing } = description;
  const classified = spread(split.heldOut, MOST_CLASSIFIED);
  const curves = new CurveCollector({ grid, seed, classifier, classified });
  const perImage = await scorePhotos(split.heldOut, {
    ...options,
    ...{ predictors, cache, preprocessing },
    context: { grid, imageSize: preprocessing.imageSize, prior: centredGaussian(grid) },
    onPhoto: (photo) => curves.add(photo).then(() => options.onPhoto?.(photo)),
  });
  const summary = {
    ...describeEvaluated(options, { checkpoint, cache, split }),
    checkpointSha256,
    predictors: predictors.map(({ name, title, kind }) => ({ name, title, kind })),
    measures: [...measures],
    ...summariseScores(perImage, { seed }),
    ...curves.summarise(),
  };
  return { summary, perImage };
}

function describeEvaluated(
  { checkpointPath, holdout, datasetPath, rolloutDir, seed }: CompleteOptions,
  { checkpoint: { description }, cache, split }: {
    checkpoint: StudentCheckpoint;
    cache: RolloutCache;
    split: ImageSplit;
  },
): Omit<EvaluationFile, "predictors" | "measures" | "scores" | "differences"> {
  const [gridHeight, gridWidth] = description.grid;
  return {
    version: 1,
    checkpoint: checkpointPath,
    photos: split.heldOut.length,
    trainingPhotos: split.training.length,
    holdout,
    datasetPath,
    rolloutDir,
    datasetSha256: cache.manifest.dataset.pathsSha256,
    grid: [gridHeight, gridWidth],
    view: describeView(description),
    seenShare: seenShareOf(description),
    seed,
  };
}

function splitPhotos(
  { paths }: RolloutCache,
  { rolloutDir, holdout }: CompleteOptions,
): ImageSplit {
  const split = splitImages(paths, holdout);
  const all = `the ${paths.length} photos of ${rolloutDir}`;
  if (split.heldOut.length === 0) {
    throw new Error(
      `Cannot evaluate: of ${all} a share of ${holdout} holds out none, expected one to score; ` +
        "add photos and run precompute again, or use a greater --holdout",
    );
  }
  if (split.training.length === 0) {
    throw new Error(
      `Cannot evaluate: of ${all} a share of ${holdout} leaves none to train on, expected one for the ` +
        "mean training map; add photos and run precompute again, or use a smaller --holdout",
    );
  }
  return split;
}

/** A student's map means the same as the cache's only where both divide the same crop alike. */
function checkMaps(
  { grid, view }: StudentDescription,
  { manifest, options: { checkpointPath, rolloutDir } }: {
    manifest: CacheManifest;
    options: EvaluateOptions;
  },
): void {
  const settings = { ...manifest.settings, grid, preprocessing: view };
  const differences = describeDifferences(manifest, { ...manifest, settings });
  if (differences.length === 0) return;
  throw new RangeError(
    `Cannot evaluate: the maps of ${rolloutDir} are not those that ${checkpointPath} predicts ` +
      `(${
        differences.join("; ")
      }), expected the cache that it was trained on; name it with --rollout-dir`,
  );
}
