/**
 * The last stage as a terminal shows it.
 *
 * @module
 */
import { weightLimitsOf } from "../../lib/files/limits.ts";
import { defaultHoldout } from "../../lib/config/options.ts";
import type { VisualiseOptions } from "../../lib/config/task_schemas.ts";
import { writeFileAtomically } from "../../lib/files/atomic_write.ts";
import { findCheckpoint } from "../../lib/run/find_checkpoint.ts";
import { trainedOn } from "../../lib/run/trained_on.ts";
import { describeSize } from "../../lib/visualise/comparison_sheet.ts";
import { visualise, type VisualiseSummary } from "../../lib/visualise/visualise.ts";
import { reportDownloads } from "../terminal/report_downloads.ts";
import type { Progress } from "../terminal/progress.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { foreignStudentOf } from "./foreign_student.ts";
import { picturePath } from "./picture_path.ts";

/** What the picture shows, and where it and the student are. */
export interface VisualiseStageResult extends VisualiseSummary {
  /** The PNG file. */
  readonly output: string;
  /** The student's file. */
  readonly checkpoint: string;
}

/** Draws photos with progress on the terminal and writes the picture; the backend runs already. */
export async function visualiseStage(
  options: VisualiseOptions,
  terminal: Terminal,
): Promise<VisualiseStageResult> {
  const { teacherModel, teacherArgs, weightsDir, rolloutMode, headFusion, discardRatio } = options;
  const checkpoint = await findCheckpoint(options);
  const output = await picturePath(options.output, { checkpoint, name: "visualise.png" });
  let bar: Progress | undefined;
  const { png, summary } = await visualise({
    ...options,
    checkpointPath: checkpoint,
    foreign: await foreignStudentOf(checkpoint, options),
    holdout: options.holdout ?? (await trainedOn(checkpoint, options))?.holdout ?? defaultHoldout,
    teacher: {
      model: teacherModel,
      args: teacherArgs,
      rollout: { mode: rolloutMode, headFusion, discardRatio },
      half: options.half,
      weightsDir,
      ...weightLimitsOf(options),
      ...reportDownloads(terminal),
      signal: terminal.signal,
    },
    signal: terminal.signal,
    onPixels: (note) => terminal.say(note),
    onProgress: ({ done, total }) => {
      bar ??= terminal.progress("visualise", total, { unit: "photos" });
      bar.update({ done });
    },
    onWarning: (message) => terminal.warn(message),
    onSkip: ({ path, reason }) => terminal.warn(`skipped ${path}: ${reason}`),
  });
  await writeFileAtomically(output, png);
  const { teacher, student } = summary;
  terminal.print(`teacher ${describeSize(teacher)}`);
  terminal.print(`student ${describeSize(student)}, sees ${student.view}`);
  terminal.print(`picture ${output}`);
  return { output, checkpoint, ...summary };
}
