/**
 * Scores such as `evaluate` writes, in small.
 *
 * @module
 */
import type { EvaluationFile } from "../../lib/run/evaluation_file.ts";

const interval = (mean: number) => ({ mean, low: mean - 0.05, high: mean + 0.05 });

/** Two predictors, two measures, one score missing; paths of somebody's machine. */
export const evaluation: EvaluationFile = {
  version: 1,
  checkpoint: "student.safetensors",
  photos: 95,
  trainingPhotos: 385,
  holdout: 0.2,
  datasetPath: "/home/someone/photos",
  rolloutDir: "/home/someone/rollouts",
  datasetSha256: "b".repeat(64),
  grid: [2, 3],
  view: "8×10 pixels of 24×32",
  seenShare: 0.1,
  seed: 0,
  predictors: [
    { name: "student", title: "student", kind: "student" },
    { name: "mean", title: "mean training map", kind: "baseline" },
  ],
  measures: [
    { name: "cc", title: "CC", better: "higher" },
    { name: "kl", title: "KL", better: "lower" },
  ],
  scores: {
    student: { cc: interval(0.488), kl: interval(1.265) },
    mean: { cc: interval(0.222) },
  },
  differences: {},
};
