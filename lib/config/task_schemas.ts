/**
 * The tasks and their options, composed from the groups of `options.ts`.
 *
 * @module
 */
import { z } from "zod";
import { withoutDefaults } from "./option.ts";
import * as groups from "./options.ts";
import type { OptionsOf } from "./task.ts";

/** `deno task precompute`. */
export const precomputeTask = {
  name: "precompute",
  description: "Runs the teacher once over a folder of photos and caches its rollout maps.",
  schema: z.strictObject({
    ...groups.commonOptions,
    ...groups.teacherOptions,
    ...groups.weightsOptions,
    ...groups.weightLimitOptions,
    ...groups.rolloutOptions,
    ...groups.precisionOptions,
    ...groups.modelWorkerOptions,
    ...groups.datasetOptions,
    ...groups.decodingOptions,
    ...groups.batchOptions,
    ...groups.cacheOptions,
    ...groups.cacheWritingOptions,
    ...groups.overwriteOptions,
  }),
};

/** `deno task train`. */
export const trainTask = {
  name: "train",
  description: "Trains a student to predict the cached maps from degraded photos.",
  schema: z.strictObject({
    ...groups.commonOptions,
    ...groups.studentOptions,
    ...groups.weightsOptions,
    ...groups.weightLimitOptions,
    ...groups.degradationOptions,
    ...groups.trainingOptions,
    ...groups.modelWorkerOptions,
    ...groups.datasetOptions,
    ...groups.holdoutOptions,
    ...groups.decodingOptions,
    ...groups.batchOptions,
    ...groups.cacheOptions,
    ...groups.runOptions,
    ...groups.overwriteOptions,
  }),
};

/** `deno task evaluate`. */
export const evaluateTask = {
  name: "evaluate",
  description: "Scores a student on the held-out photos, beside baselines.",
  schema: z.strictObject({
    ...groups.commonOptions,
    ...groups.weightsOptions,
    ...groups.weightLimitOptions,
    ...groups.datasetOptions,
    ...withoutDefaults(groups.holdoutOptions, { unset: "as the student was trained" }),
    ...groups.decodingOptions,
    ...groups.batchOptions,
    ...groups.cacheOptions,
    ...withoutDefaults(groups.runOptions, { unset: "the newest run" }),
    ...groups.checkpointOptions,
    ...groups.foreignStudentOptions,
    ...groups.evaluationOptions,
  }),
};

/** `deno task visualise`. */
export const visualiseTask = {
  name: "visualise",
  description: "Draws photos with the teacher's map, the degraded view and the student's map.",
  schema: z.strictObject({
    ...groups.commonOptions,
    ...withoutDefaults(
      { ...groups.teacherOptions, ...groups.rolloutOptions, ...groups.precisionOptions },
      { unset: "as the cache says" },
    ),
    ...groups.weightsOptions,
    ...groups.weightLimitOptions,
    ...groups.datasetOptions,
    ...withoutDefaults(groups.holdoutOptions, { unset: "as the student was trained" }),
    ...groups.decodingOptions,
    ...groups.cacheOptions,
    ...withoutDefaults(groups.runOptions, { unset: "the newest run" }),
    ...groups.checkpointOptions,
    ...groups.foreignStudentOptions,
    ...groups.pictureOptions,
  }),
  positional: "photos",
};

/** `deno task glimpses`. */
export const glimpsesTask = {
  name: "glimpses",
  description: "Says where a student would look next in photos, of which it sees a degraded view.",
  schema: z.strictObject({
    ...groups.commonOptions,
    ...groups.weightLimitOptions,
    ...groups.datasetOptions,
    ...withoutDefaults(groups.holdoutOptions, { unset: "as the student was trained" }),
    ...groups.decodingOptions,
    ...groups.cacheOptions,
    ...withoutDefaults(groups.runOptions, { unset: "the newest run" }),
    ...groups.checkpointOptions,
    ...groups.foreignStudentOptions,
    ...groups.pictureOptions,
    ...withoutDefaults(
      { output: groups.pictureOptions.output },
      { unset: "glimpses.png in the run's folder" },
    ),
    ...groups.glimpseOptions,
  }),
  positional: "photos",
};

const { backend: _backend, blas: _blas, seed: _seed, ...printing } = groups.commonOptions;

/** `deno task verify`; it computes nothing. */
export const verifyTask = {
  name: "verify",
  description: "Reads a cache and checkpoints whole, and says what is in them and what is wrong.",
  schema: z.strictObject({
    ...printing,
    ...groups.weightLimitOptions,
    ...groups.datasetOptions,
    ...groups.cacheOptions,
    ...withoutDefaults(groups.runOptions, { unset: "the newest run" }),
    ...withoutDefaults(groups.checkpointOptions, { unset: "all of the run" }),
    ...groups.verifyOptions,
  }),
  positional: "checkpoints",
};

/** `deno task demo`. */
export const demoTask = {
  name: "demo",
  description: "Goes through the whole pipeline on scenes that it draws itself.",
  schema: z.strictObject({
    ...groups.commonOptions,
    ...groups.degradationOptions,
    ...groups.demoOptions,
  }),
};

/** `deno task sample`. */
export const sampleTask = {
  name: "sample",
  description: "Trains the sample's models and students anew, as they ship in data/sample.",
  schema: z.strictObject({
    ...groups.commonOptions,
    ...groups.sampleOptions,
  }),
};

/** `deno task bench`; a small model and batch, of which a machine without a GPU makes several a second. */
export const benchTask = {
  name: "bench",
  description:
    "Times teacher, rollout, student and more with random weights, beside PyTorch in the same run.",
  schema: z.strictObject({
    ...groups.commonOptions,
    ...groups.teacherOptions,
    teacherModel: groups.teacherOptions.teacherModel.unwrap().default("deit_tiny_patch16_224"),
    studentModel: groups.studentOptions.studentModel,
    studentArgs: groups.studentOptions.studentArgs,
    ...groups.weightsOptions,
    ...groups.weightLimitOptions,
    ...groups.rolloutOptions,
    ...groups.precisionOptions,
    ...groups.modelWorkerOptions,
    ...groups.decodingOptions,
    batchSize: groups.batchOptions.batchSize.unwrap().default(8),
    ...groups.benchOptions,
  }),
};

/** What `precompute` is told. */
export type PrecomputeOptions = OptionsOf<typeof precomputeTask>;
/** What `train` is told. */
export type TrainOptions = OptionsOf<typeof trainTask>;
/** What `evaluate` is told; the share that it leaves out is that of the student's training. */
export type EvaluateOptions = OptionsOf<typeof evaluateTask>;
/** What `visualise` is told; what it leaves out of teacher and rollout is as the cache says. */
export type VisualiseOptions = OptionsOf<typeof visualiseTask>;
/** What `glimpses` is told. */
export type GlimpsesOptions = OptionsOf<typeof glimpsesTask>;
/** What `verify` is told. */
export type VerifyOptions = OptionsOf<typeof verifyTask>;
/** What `sample` is told. */
export type SampleOptions = OptionsOf<typeof sampleTask>;
/** What `bench` is told. */
export type BenchOptions = OptionsOf<typeof benchTask>;
