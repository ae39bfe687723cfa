/**
 * The report as a terminal shows it.
 *
 * @module
 */
import { dirname } from "node:path";
import type { ReportOptions } from "../../lib/config/report_schemas.ts";
import { writeFileAtomically } from "../../lib/files/atomic_write.ts";
import { report } from "../../lib/report/report.ts";
import { readEvaluation } from "../../lib/run/evaluation_file.ts";
import { findCheckpoint } from "../../lib/run/find_checkpoint.ts";
import { RunFolder, runFolderOf } from "../../lib/run/run_folder.ts";
import type { Progress } from "../terminal/progress.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { foreignStudentOf } from "./foreign_student.ts";
import { refuseFolder } from "./refuse_folder.ts";

/** Where the report and the student that it is about are. */
export interface ReportStageResult {
  /** The HTML file. */
  readonly output: string;
  /** The student's file. */
  readonly checkpoint: string;
}

/** Writes a run's report with progress on the terminal; the backend runs already. */
export async function reportStage(
  options: ReportOptions,
  terminal: Terminal,
): Promise<ReportStageResult> {
  const checkpoint = await findCheckpoint(options);
  const folder = options.evaluationDir ?? runFolderOf(checkpoint) ?? dirname(checkpoint);
  const { evaluationFile, reportFile } = new RunFolder(folder);
  const output = options.output ?? reportFile;
  await refuseFolder(output, { what: "report", expected: "an .html file" });
  const rolloutDir = options.rolloutDir ?? (await readEvaluation(evaluationFile)).rolloutDir;
  let bar: Progress | undefined;
  const page = await report({
    ...options,
    checkpointPath: checkpoint,
    foreign: await foreignStudentOf(checkpoint, { ...options, rolloutDir }),
    evaluationDir: folder,
    signal: terminal.signal,
    onProgress: ({ done, total }) => {
      bar ??= terminal.progress("report", total, { unit: "photos" });
      bar.update({ done });
    },
  });
  await writeFileAtomically(output, page);
  terminal.print(`report ${output}`);
  return { output, checkpoint };
}
