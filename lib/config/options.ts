/**
 * Every option of every task, each defined once; a task takes the groups that concern it.
 *
 * @module
 */
import * as data from "./data_options.ts";
import { degradationOptions } from "./degradation_options.ts";
import * as exports from "./export_options.ts";
import * as model from "./model_options.ts";
import { choice, text, toggle, wholeNumber } from "./option.ts";
import * as report from "./report_options.ts";
import * as run from "./run_options.ts";
import * as training from "./training_options.ts";
import * as web from "./web_options.ts";

export * from "./data_options.ts";
export { degradationOptions } from "./degradation_options.ts";
export * from "./export_options.ts";
export { foreignStudentOptions } from "./foreign_student_options.ts";
export * from "./model_options.ts";
export * from "./report_options.ts";
export * from "./run_options.ts";
export * from "./training_options.ts";
export * from "./web_options.ts";

/** What every task takes. */
export const commonOptions = {
  config: text({
    description:
      "JSON file of options in camelCase, which all tasks may share; a flag overrides it",
    placeholder: "FILE.json",
    expected: "the path of a JSON file",
  }).optional(),
  backend: choice(["auto", "webgpu", "wasm"], {
    description: "what to compute on; auto takes WebGPU when a real GPU answers, else wasm",
  }).default("auto"),
  blas: text({
    description:
      "what multiplies matrices for wasm: auto takes OpenBLAS or Accelerate where installed",
    placeholder: "auto|none|PATH",
    expected: "auto, none or the path of a BLAS library",
  }).default("auto"),
  seed: wholeNumber({
    min: 0,
    description: "where every random draw comes from: same seed, same result",
    placeholder: "N",
  }).default(0),
  quiet: toggle({ description: "print nothing but errors" }).default(false),
  json: toggle({ description: "print the result on stdout as one JSON document" }).default(false),
};

const { backend, blas, ...printing } = commonOptions;
const { workers, maxPixels } = data.decodingOptions;
const { outputDir: _outputDir, ...scores } = run.evaluationOptions;

/** The headings under which `--help` lists the options. */
export const optionSections = {
  "Models": { ...model.teacherOptions, ...model.studentOptions, ...model.weightsOptions },
  "Rollout": model.rolloutOptions,
  "Degraded view": degradationOptions,
  "Training": training.trainingOptions,
  "Photos": { ...data.datasetOptions, ...data.holdoutOptions, ...data.batchOptions },
  "Cached maps": { ...data.cacheOptions, ...data.cacheWritingOptions },
  "Grid": report.gridOptions,
  "Glimpses": run.glimpseOptions,
  "Scores": scores,
  "Measuring": run.measuringOptions,
  "Run": { ...run.runOptions, ...run.checkpointOptions, ...run.verifyOptions },
  "Output": {
    ...run.pictureOptions,
    ...report.reportOptions,
    ...exports.exportOptions,
    ...run.sampleOptions,
    ...run.overwriteOptions,
  },
  "Server": web.webOptions,
  "Machine": {
    backend,
    blas,
    ...model.precisionOptions,
    ...data.modelWorkerOptions,
    workers,
    maxPixels,
    ...model.weightLimitOptions,
  },
  "Common": printing,
};
