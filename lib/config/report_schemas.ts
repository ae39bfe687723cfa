/**
 * The tasks that tell about runs, and their options.
 *
 * @module
 */
import { z } from "zod";
import { withoutDefaults } from "./option.ts";
import * as groups from "./options.ts";
import type { OptionsOf } from "./task.ts";

/** `deno task report`. */
export const reportTask = {
  name: "report",
  description: "Writes one HTML page about a run that has been evaluated.",
  schema: z.strictObject({
    ...groups.commonOptions,
    ...groups.weightLimitOptions,
    ...withoutDefaults(
      { ...groups.datasetOptions, ...groups.cacheOptions },
      { unset: "as it was evaluated" },
    ),
    ...groups.decodingOptions,
    ...withoutDefaults(groups.runOptions, { unset: "the newest run" }),
    ...groups.checkpointOptions,
    ...groups.foreignStudentOptions,
    ...groups.reportOptions,
  }),
};

const { resume: _resume, ...comparedTraining } = groups.trainingOptions; // it always resumes
const { studentModel: _studentModel, ...comparedStudents } = groups.studentOptions;

/** `deno task compare`. */
export const compareTask = {
  name: "compare",
  description: "Trains and scores a grid of students on one cache, and sets them side by side.",
  schema: z.strictObject({
    ...groups.commonOptions,
    ...comparedStudents,
    ...groups.weightsOptions,
    ...groups.weightLimitOptions,
    ...comparedTraining,
    ...groups.modelWorkerOptions,
    ...groups.datasetOptions,
    ...groups.holdoutOptions,
    ...groups.decodingOptions,
    ...groups.batchOptions,
    ...groups.cacheOptions,
    ...groups.gridOptions,
    withTeacher: groups.evaluationOptions.withTeacher,
    ...groups.comparisonOptions,
  }),
};

/** What `report` is told; the folders that it leaves out are those of the evaluation. */
export type ReportOptions = OptionsOf<typeof reportTask>;
/** What `compare` is told. */
export type CompareOptions = OptionsOf<typeof compareTask>;
