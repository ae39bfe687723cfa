/**
 * What the files of an evaluation must hold.
 *
 * @module
 */
import { z } from "zod";
import type { Schema } from "../files/json.ts";
import type { EvaluationFile, ImageScoresLine } from "./evaluation_file.ts";

const interval = z.strictObject({ mean: z.number(), low: z.number(), high: z.number() });
const measure = z.strictObject({
  name: z.string(),
  title: z.string(),
  better: z.enum(["higher", "lower"]),
});
const predictor = z.strictObject({
  name: z.string(),
  title: z.string(),
  kind: z.enum(["student", "baseline", "ceiling"]),
});
const difference = z.strictObject({ ...interval.shape, pValue: z.number().min(0).max(1) });
const curve = z.array(z.strictObject({ x: z.number(), ...interval.shape }));
const curves = z.strictObject({
  xTitle: z.string(),
  yTitle: z.string(),
  byPredictor: z.record(z.string(), z.strictObject({ area: interval, points: curve })),
});

/** The schema of {@linkcode EvaluationFile}. */
export const evaluationSchema: Schema<EvaluationFile> = z.strictObject({
  version: z.literal(1),
  checkpoint: z.string(),
  checkpointSha256: z.string().optional(),
  photos: z.int(),
  trainingPhotos: z.int(),
  holdout: z.number(),
  datasetPath: z.string(),
  rolloutDir: z.string(),
  datasetSha256: z.string(),
  grid: z.tuple([z.int(), z.int()]),
  view: z.string(),
  seenShare: z.number(),
  seed: z.int(),
  predictors: z.array(predictor),
  measures: z.array(measure),
  scores: z.record(z.string(), z.record(z.string(), interval)),
  differences: z.record(z.string(), z.record(z.string(), difference)),
  faithfulness: z.strictObject({ insertion: curves, deletion: curves }).optional(),
  glimpses: curves.optional(),
  equivariance: z.record(z.string(), interval).optional(),
});

/** The schema of {@linkcode ImageScoresLine}. */
export const imageScoresSchema: Schema<ImageScoresLine> = z.strictObject({
  path: z.string(),
  scores: z.record(z.string(), z.record(z.string(), z.number())),
});
