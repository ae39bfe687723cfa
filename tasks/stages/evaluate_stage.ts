/**
 * The third stage as a terminal shows it.
 *
 * @module
 */
import { weightLimitsOf } from "../../lib/files/limits.ts";
import { defaultHoldout } from "../../lib/config/options.ts";
import type { EvaluateOptions } from "../../lib/config/task_schemas.ts";
import { UsageError } from "../../lib/config/usage_error.ts";
import { evaluate } from "../../lib/evaluate/evaluate.ts";
import {
  evaluateEquivariance,
  type EvaluateEquivarianceOptions,
} from "../../lib/evaluate/evaluate_equivariance.ts";
import { describeEvaluation } from "../../lib/evaluate/report.ts";
import {
  type EvaluationFile,
  type ImageScoresLine,
  writeEvaluation,
  writeImageScores,
} from "../../lib/run/evaluation_file.ts";
import { findCheckpoint } from "../../lib/run/find_checkpoint.ts";
import { RunFolder, runFolderOf } from "../../lib/run/run_folder.ts";
import { type TrainedOn, trainedOn } from "../../lib/run/trained_on.ts";
import { reportDownloads } from "../terminal/report_downloads.ts";
import type { Progress } from "../terminal/progress.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { foreignStudentOf } from "./foreign_student.ts";

/** Scores a student with progress on the terminal and writes the scores; the backend runs already. */
export async function evaluateStage(
  options: EvaluateOptions,
  terminal: Terminal,
): Promise<EvaluationFile> {
  const { weightsDir, blas } = options;
  const checkpointPath = await findCheckpoint(options);
  const folder = options.outputDir ?? runFolderOf(checkpointPath);
  if (folder) await refuseFile(folder);
  const trained = await trainedOn(checkpointPath, options);
  const { signal } = terminal;
  const holdout = options.holdout ?? trained?.holdout ?? defaultHoldout;
  const limits = weightLimitsOf(options);
  const teacher = { weightsDir, ...limits, blas, ...reportDownloads(terminal), signal };
  let bar: Progress | undefined;
  const { summary: evaluation, perImage } = await evaluate({
    ...options,
    checkpointPath,
    foreign: await foreignStudentOf(checkpointPath, options),
    holdout,
    teacher: options.withTeacher ? teacher : undefined,
    classifier: options.faithfulness ? teacher : undefined,
    signal,
    onPixels: (note) => terminal.say(note),
    onProgress: ({ done, total }) => {
      bar ??= terminal.progress("evaluate", total, { unit: "images" });
      bar.update({ done });
    },
  });
  warnOfSeenPhotos(evaluation, { trained, terminal });
  if (options.equivariance) {
    evaluation.equivariance = await equivarianceOf({ ...options, holdout, teacher }, terminal);
  }
  for (const line of describeEvaluation(evaluation)) terminal.print(line);
  if (folder) await writeScores(evaluation, { perImage, folder, terminal });
  return evaluation;
}

async function equivarianceOf(
  options: Omit<EvaluateEquivarianceOptions, "signal" | "onProgress">,
  terminal: Terminal,
): Promise<EvaluationFile["equivariance"]> {
  let bar: Progress | undefined;
  return await evaluateEquivariance({
    ...options,
    signal: terminal.signal,
    onProgress: ({ done, total }) => {
      bar ??= terminal.progress("equivariance", total, { unit: "moved images" });
      bar.update({ done });
    },
  });
}

/** Finds out before the work that its scores could not be written. */
async function refuseFile(folder: string): Promise<void> {
  const found = await Deno.stat(folder).catch(() => undefined);
  if (!found || found.isDirectory) return;
  throw new UsageError(`Cannot write scores: --output-dir is ${folder}, a file, expected a folder`);
}

function warnOfSeenPhotos(
  { checkpoint, datasetSha256, holdout }: EvaluationFile,
  { trained, terminal }: { trained: TrainedOn | undefined; terminal: Terminal },
): void {
  if (!trained) {
    const unknown = `${checkpoint} does not say what it was trained on`;
    return terminal.warn(`${unknown}: photos that it has seen may be among those scored`);
  }
  if (datasetSha256 !== trained.datasetSha256 || holdout <= trained.holdout) return;
  terminal.warn(
    `the student was trained with --holdout=${trained.holdout}: with --holdout=${holdout}, ` +
      "photos that it was trained on are among those scored",
  );
}

async function writeScores(
  evaluation: EvaluationFile,
  { perImage, folder, terminal }: {
    perImage: readonly ImageScoresLine[];
    folder: string;
    terminal: Terminal;
  },
): Promise<void> {
  const { evaluationFile, imageScoresFile } = new RunFolder(folder);
  await writeEvaluation(evaluationFile, evaluation);
  await writeImageScores(imageScoresFile, perImage);
  terminal.print(`scores ${evaluationFile}, photo by photo ${imageScoresFile}`);
}
