/**
 * Evaluations made by hand.
 *
 * @module
 */
import { join } from "node:path";
import { readManifest } from "../../lib/cache/manifest.ts";
import {
  type EvaluationFile,
  type ImageScoresLine,
  type Interval,
  writeEvaluation,
  writeImageScores,
} from "../../lib/run/evaluation_file.ts";
import { paths, workplace } from "../visualise/visualise_support.ts";

/** An interval of ±0.1. */
export const around = (mean: number): Interval => ({ mean, low: mean - 0.1, high: mean + 0.1 });

const difference = (mean: number, pValue: number) => ({ ...around(mean), pValue });

const curves = {
  xTitle: "glimpses",
  yTitle: "share covered",
  byPredictor: {
    student: {
      area: around(0.5),
      points: [1, 2, 3].map((x) => ({ x, ...around(x / 4) })),
    },
    random: { area: around(0.2), points: [1, 2, 3].map((x) => ({ x, ...around(x / 8) })) },
  },
};

/** A student that beats the mean map in CC, loses to it in KL, and is not told apart from the Gaussian. */
export const evaluation: EvaluationFile = {
  version: 1,
  checkpoint: "runs/a/checkpoints/student-x-epoch1.safetensors",
  photos: 6,
  trainingPhotos: 24,
  holdout: 0.2,
  datasetPath: "images",
  rolloutDir: "rollouts",
  datasetSha256: "0".repeat(64),
  grid: [2, 2],
  view: "16×16 pixels of 64×64",
  seenShare: 1 / 16,
  seed: 3,
  predictors: [
    { name: "student", title: "student", kind: "student" },
    { name: "meanMap", title: "mean training map", kind: "baseline" },
    { name: "gaussian", title: 'Gaussian <centred> & "wide"', kind: "baseline" },
    { name: "mirrored", title: "mirrored teacher", kind: "ceiling" },
  ],
  measures: [
    { name: "cc", title: "CC", better: "higher" },
    { name: "kl", title: "KL", better: "lower" },
  ],
  scores: {
    student: { cc: around(0.6), kl: around(0.4) },
    meanMap: { cc: around(0.3), kl: around(0.2) },
    gaussian: { cc: around(0.55), kl: around(0.9) },
    mirrored: { cc: around(0.9), kl: around(0.1) },
  },
  differences: {
    meanMap: { cc: difference(0.3, 0.001), kl: difference(0.2, 0.01) },
    gaussian: { cc: difference(0.05, 0.4), kl: difference(-0.5, 0.0004) },
    mirrored: { cc: difference(-0.3, 0.01), kl: difference(0.3, 0.01) },
  },
  glimpses: curves,
  faithfulness: { insertion: curves, deletion: curves },
  equivariance: { horizontalFlip: around(0.8) },
};

/** A photo's scores, the student's CC as given. */
export function imageScores(path: string, cc: number): ImageScoresLine {
  const scores = { student: { cc, kl: 0.4 }, meanMap: { cc: cc / 2, kl: 0.2 } };
  return { path, scores };
}

/** A workplace whose run has been evaluated: photo i has CC i/10. */
export async function evaluatedWorkplace(changes: Partial<EvaluationFile> = {}) {
  const place = await workplace({ degradation: { strategy: "MAE", maskRatio: 0.5 } });
  const { checkpointPath: checkpoint, datasetPath, rolloutDir, seed } = place.options;
  const { pathsSha256 } = (await readManifest(rolloutDir))!.dataset;
  const files = { checkpoint, datasetPath, rolloutDir, datasetSha256: pathsSha256, seed };
  const run = join(place.root, "run");
  await writeEvaluation(join(run, "evaluation.json"), { ...evaluation, ...files, ...changes });
  await writeImageScores(
    join(run, "evaluation.jsonl"),
    paths.map((path, i) => imageScores(path, i / 10)),
  );
  return {
    ...place,
    run,
    reported: { checkpointPath: checkpoint, evaluationDir: run },
    [Symbol.asyncDispose]: place[Symbol.asyncDispose],
  };
}
