/**
 * The options that say which photos there are, how they are read, and where the maps lie.
 *
 * @module
 */
import { z } from "zod";
import { DEFAULT_MAX_PIXELS } from "../files/limits.ts";
import { choice, number, text, toggle, wholeNumber } from "./option.ts";

const folder = "the path of a folder";

/** The photos. */
export const datasetOptions = {
  datasetPath: text({
    description: "folder of photos, read recursively",
    placeholder: "DIR",
    expected: folder,
  }).default("data/images"),
};

/** The share held out where neither the user nor a student says another. */
export const defaultHoldout = 0.1;

/** The share of the photos that no student trains on. */
export const holdoutOptions = {
  holdout: number(z.number().min(0).lt(1), {
    description: "share of the photos held out for evaluation, chosen by a hash of their paths",
    placeholder: "SHARE",
    expected: "a number from 0 up to, but not, 1",
  }).default(defaultHoldout),
};

/** How photos are decoded. */
export const decodingOptions = {
  workers: wholeNumber({
    min: 1,
    description:
      "workers that decode photos, and as many that augment them in train and for --views",
    placeholder: "N",
  })
    .default(2),
  maxPixels: wholeNumber({
    min: 1,
    description: "pixels of a photo at most; a larger one is not decoded, but named and skipped",
    placeholder: "N",
  }).default(DEFAULT_MAX_PIXELS),
};

/** How a model's work is spread. */
export const modelWorkerOptions = {
  modelWorkers: wholeNumber({
    min: 1,
    description: "copies of the model side by side on wasm, each with the weights in its memory",
    placeholder: "N",
    unset: "as many as cores and memory allow",
  }).optional(),
};

/** How many photos the backend takes at once. */
export const batchOptions = {
  batchSize: wholeNumber({ min: 1, description: "photos in a batch", placeholder: "N" })
    .default(32),
};

/** Where the cached maps lie. */
export const cacheOptions = {
  rolloutDir: text({
    description: "folder of the cached maps",
    placeholder: "DIR",
    expected: folder,
  }).default("data/rollouts"),
};

/** How the cache is written. */
export const cacheWritingOptions = {
  shardSize: wholeNumber({ min: 1, description: "maps in one file of the cache", placeholder: "N" })
    .default(1024),
  cacheImages: toggle({
    description: "keep the photos' pixels beside the maps, so that no later task decodes them",
  }).default(false),
  views: wholeNumber({
    min: 0,
    description:
      "augmented views of each photo that the teacher maps too, for train --targets=views",
    placeholder: "K",
  }).default(0),
  shardIndex: wholeNumber({
    min: 0,
    description: "makes only one part of the cache, counted from 0",
    placeholder: "I",
    unset: "SLURM_ARRAY_TASK_ID or JOB_COMPLETION_INDEX, where set",
  }).optional(),
  shardCount: wholeNumber({
    min: 1,
    description: "parts of the cache; 1 makes all of it, whatever the environment says",
    placeholder: "N",
    unset: "SLURM_ARRAY_TASK_COUNT or JOB_COMPLETIONS, where set",
  }).optional(),
  merge: toggle({ description: "write index and manifest once all parts are made" }).default(false),
  repair: toggle({
    description: "check the whole cache and make anew what is damaged or missing, nothing else",
  }).default(false),
  onBadImage: choice(["skip", "fail"], {
    description: "what a photo that cannot be decoded causes",
  }).default("skip"),
};
