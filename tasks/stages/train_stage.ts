/**
 * The second stage as a terminal shows it.
 *
 * @module
 */
import { weightLimitsOf } from "../../lib/files/limits.ts";
import { degradationOf } from "../../lib/config/degradation_options.ts";
import type { TrainOptions } from "../../lib/config/task_schemas.ts";
import { describeCount } from "../../lib/model/parameters.ts";
import type { TrainResult } from "../../lib/train/training_job.ts";
import { trainStudent } from "../../lib/train/train_student.ts";
import type { TrainingOptions } from "../../lib/train/training_options.ts";
import { reportDownloads } from "../terminal/report_downloads.ts";
import type { Progress } from "../terminal/progress.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { runDirOf } from "./run_dir.ts";

/** A training's result, and the folder of its run. */
export interface TrainStageResult extends TrainResult {
  /** Where checkpoints, record and pictures are. */
  readonly runDir: string;
}

/** Trains a student with progress on the terminal; the backend runs already. */
export async function trainStage(
  options: TrainOptions,
  terminal: Terminal,
): Promise<TrainStageResult> {
  const runDir = runDirOf(options);
  let bar: Progress | undefined;
  const result = await trainStudent({
    ...options,
    source: {
      model: options.studentModel,
      args: options.studentArgs,
      weightsDir: options.weightsDir,
      ...weightLimitsOf(options),
      ...reportDownloads(terminal),
      signal: terminal.signal,
    },
    degradation: degradationOf(options),
    training: trainingOf(options),
    runDir,
    signal: terminal.signal,
    onWarning: (message) => terminal.warn(message),
    onStart: ({ photos, heldOut, parameters, view, pixels, resumed }) =>
      terminal.say(
        `student ${options.studentModel}: ${describeCount(parameters)} parameters, sees ${view}; ` +
          `${photos} photos to train on, ${heldOut} held out` + (pixels ? `; ${pixels}` : "") +
          (resumed ? "; resumed" : ""),
      ),
    onProgress: ({ images: done, totalImages, phase, epoch, loss, step }) => {
      bar ??= terminal.progress("train", totalImages, { from: done, unit: "images" });
      bar.update({ done, phase, epoch, step, loss });
    },
    onCheckpoint: (path) => terminal.say(`saved ${path}`),
  });
  terminal.print(
    result.complete
      ? `trained ${result.steps} steps: ${result.checkpoint ?? runDir}`
      : `stopped after step ${result.steps}: continue with --resume`,
  );
  return { runDir, ...result };
}

/** The options that decide a training's numbers, and no others: they are compared on `--resume`. */
function trainingOf(options: TrainOptions): TrainingOptions {
  const { linearLayerEpochs, ftEpochs, batchSize, lr, augment, targets, holdout, seed } = options;
  return {
    ...{ linearLayerEpochs, ftEpochs, batchSize, lr, augment, holdout, seed },
    ...(targets === "views" && { targets }), // the default leaves no trace: older runs go on
  };
}
