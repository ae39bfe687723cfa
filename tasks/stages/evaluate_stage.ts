/**
 * The third stage as a terminal shows it.
 *
 * @module
 */
import { defaultHoldout } from "../../lib/config/options.ts";
import type { EvaluateOptions } from "../../lib/config/task_schemas.ts";
import { evaluate } from "../../lib/evaluate/evaluate.ts";
import type { Evaluation } from "../../lib/evaluate/evaluation.ts";
import { describeEvaluation } from "../../lib/evaluate/report.ts";
import { trainedOn } from "../../lib/run/trained_on.ts";
import { findCheckpoint } from "../../lib/run/find_checkpoint.ts";
import type { Progress } from "../terminal/progress.ts";
import type { Terminal } from "../terminal/terminal.ts";

/** Scores a student with progress on the terminal; the backend runs already. */
export async function evaluateStage(
  options: EvaluateOptions,
  terminal: Terminal,
): Promise<Evaluation> {
  const checkpointPath = await findCheckpoint(options);
  const trained = await trainedOn(checkpointPath);
  let bar: Progress | undefined;
  const evaluation = await evaluate({
    ...options,
    checkpointPath,
    holdout: options.holdout ?? trained?.holdout ?? defaultHoldout,
    signal: terminal.signal,
    onPixels: (note) => terminal.say(note),
    onProgress: ({ done, total }) => {
      bar ??= terminal.progress("evaluate", total, { unit: "images" });
      bar.update({ done });
    },
  });
  const isTrainingSet = evaluation.datasetSha256 === trained?.datasetSha256;
  if (trained && isTrainingSet && evaluation.holdout > trained.holdout) {
    terminal.warn(
      `the student was trained with --holdout=${trained.holdout}: with --holdout=${evaluation.holdout}, ` +
        "photos that it was trained on are among those scored",
    );
  }
  for (const line of describeEvaluation(evaluation)) terminal.print(line);
  return evaluation;
}
