/**
 * What a run left in files, for a report to tell.
 *
 * @module
 */
import { z } from "zod";
import { ifPresent } from "../files/if_present.ts";
import { parseJson, readJsonText } from "../files/json.ts";
import { isEvaluationOf } from "../run/evaluated_student.ts";
import {
  type EvaluationFile,
  type ImageScoresLine,
  readEvaluation,
  readImageScores,
} from "../run/evaluation_file.ts";
import { RunFolder, runFolderOf } from "../run/run_folder.ts";
import { readStepMetrics, type StepMetrics } from "../run/step_metrics.ts";

/** A run in numbers. */
export interface RunRecord {
  /** What the run was asked to do; undefined for a student outside a run. */
  readonly config: Readonly<Record<string, unknown>> | undefined;
  /** What each step of the training gave; none for a student outside a run. */
  readonly steps: readonly StepMetrics[];
  /** The scores, means and intervals. */
  readonly evaluation: EvaluationFile;
  /** The scores of each photo. */
  readonly images: readonly ImageScoresLine[];
}

const configSchema = z.record(z.string(), z.unknown());

/**
 * Reads the record of the run that a checkpoint belongs to.
 *
 * @param checkpoint The student's file.
 * @param options `evaluationDir`: the folder of its evaluation, usually the run's.
 * @throws {Error} When there is no evaluation, or it is another student's.
 * @throws {SyntaxError} When a file is damaged.
 */
export async function readRunRecord(
  checkpoint: string,
  { evaluationDir }: { evaluationDir: string },
): Promise<RunRecord> {
  const { evaluationFile, imageScoresFile } = new RunFolder(evaluationDir);
  const evaluation = await readEvaluation(evaluationFile);
  if (!await isEvaluationOf(evaluation, checkpoint)) {
    throw new Error(
      `Cannot report: ${evaluationFile} is of another student, read from ${evaluation.checkpoint}, expected ` +
        `${checkpoint}; ` +
        "run evaluate again, or name that student with --checkpoint",
    );
  }
  const images = await readImageScores(imageScoresFile);
  if (images.length !== evaluation.photos) {
    throw new SyntaxError(
      `Cannot report: ${imageScoresFile} has ${images.length} photos, expected the ` +
        `${evaluation.photos} of ${evaluationFile}; run evaluate again`,
    );
  }
  return { evaluation, images, ...await readTraining(checkpoint) };
}

/** A student outside a run has left nothing of its training. */
async function readTraining(checkpoint: string): Promise<Pick<RunRecord, "config" | "steps">> {
  const folder = runFolderOf(checkpoint);
  if (folder === undefined) return { config: undefined, steps: [] };
  const run = new RunFolder(folder);
  const text = await ifPresent(readJsonText(run.configFile));
  const config = text === undefined ? undefined : parseConfig(text, run.configFile);
  return { config, steps: await readStepMetrics(run) };
}

function parseConfig(text: string, path: string): Record<string, unknown> {
  try {
    return parseJson(text, configSchema);
  } catch (error) {
    throw new SyntaxError(
      `Cannot report: ${path} is damaged (${(error as Error).message}), expected what train wrote`,
    );
  }
}
