/**
 * The third stage: how well a student predicts the teacher's maps of photos that it has never seen.
 *
 * @module
 */
import type { CacheManifest } from "../cache/manifest.ts";
import { RolloutCache } from "../cache/rollout_cache.ts";
import { describeDifferences } from "../cache/settings.ts";
import { type ImageSplit, splitImages } from "../dataset/split.ts";
import { describeView } from "../dataset/student_view.ts";
import { openStudent, type StudentDescription } from "../model/student_checkpoint.ts";
import { centredGaussian, meanMap } from "./baselines.ts";
import type { Evaluation } from "./evaluation.ts";
import { scorePhotos, type ScoringOptions } from "./score_photos.ts";
import { meanScores } from "./scores.ts";

/** What to evaluate, and on what. */
export interface EvaluateOptions extends ScoringOptions {
  /** The student's file. */
  readonly checkpointPath: string;
  /** The cache of the teacher's maps of them. */
  readonly rolloutDir: string;
  /** Share of the photos to score, chosen by a hash of their paths, in [0, 1). */
  readonly holdout: number;
}

/**
 * Scores a student on the held-out photos of a cache, beside the mean training map and a centred Gaussian,
 * against the teacher's maps divided by their maximum.
 *
 * Memory holds two batches of photos, besides the cache's shards and the scores.
 *
 * @throws {RangeError} When an option is impossible, or the cache's maps are not those that the student
 * predicts.
 * @throws {SyntaxError} When the checkpoint, the cache or a photo is damaged.
 * @throws {Error} When no photo is held out or none is left for the mean map, or a file is missing.
 * @throws The signal's reason, when it was aborted.
 */
export async function evaluate(options: EvaluateOptions): Promise<Evaluation> {
  const { checkpointPath, rolloutDir, holdout, batchSize, signal } = options;
  if (!Number.isInteger(batchSize) || batchSize < 1) {
    throw new RangeError(`Cannot evaluate: batchSize is ${batchSize}, expected a positive integer`);
  }
  using cache = await RolloutCache.open(rolloutDir);
  const { training, heldOut } = splitPhotos(cache, options);
  const checkpoint = await openStudent(checkpointPath);
  try {
    const { description } = checkpoint;
    checkMaps(description, { manifest: cache.manifest, options });
    const baselines = {
      meanMap: await meanMap(cache, { paths: training, signal }),
      gaussian: centredGaussian(description.grid),
    };
    const perImage = await scorePhotos(heldOut, { ...options, checkpoint, cache, baselines });
    return {
      checkpoint: checkpointPath,
      photos: heldOut.length,
      trainingPhotos: training.length,
      holdout,
      datasetSha256: cache.manifest.dataset.pathsSha256,
      grid: description.grid,
      view: describeView(description),
      metrics: {
        student: meanScores(perImage.map(({ student }) => student)),
        meanMap: meanScores(perImage.map(({ meanMap }) => meanMap)),
        gaussian: meanScores(perImage.map(({ gaussian }) => gaussian)),
      },
      perImage,
    };
  } finally {
    checkpoint.student.dispose();
  }
}

function splitPhotos(
  { paths }: RolloutCache,
  { rolloutDir, holdout }: EvaluateOptions,
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
