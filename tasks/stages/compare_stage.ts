/**
 * A comparison as a terminal shows it: students trained, scored and set side by side.
 *
 * @module
 */
import { weightLimitsOf } from "../../lib/files/limits.ts";
import { join } from "node:path";
import { optionsOf } from "../../lib/config/degradation_options.ts";
import type { CompareOptions } from "../../lib/config/report_schemas.ts";
import { evaluateTask, trainTask } from "../../lib/config/task_schemas.ts";
import { writeFileAtomically } from "../../lib/files/atomic_write.ts";
import { lineChart } from "../../lib/image/line_chart.ts";
import {
  type ComparedRun,
  comparisonCsv,
  describeComparison,
  markdownTable,
  tabulate,
} from "../../lib/report/comparison.ts";
import { type ComparisonCell, spellOutGrid } from "../../lib/report/comparison_grid.ts";
import { readEvaluation } from "../../lib/run/evaluation_file.ts";
import { RunFolder } from "../../lib/run/run_folder.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { evaluateStage } from "./evaluate_stage.ts";
import { trainStage } from "./train_stage.ts";

/** A comparison, and where it lies. */
export interface CompareStageResult {
  /** The folder of runs, table and plot. */
  readonly outputDir: string;
  /** Whether every student has been trained; an interrupted comparison has no table. */
  readonly complete: boolean;
  /** The students scored. */
  readonly runs: readonly ComparedRun[];
}

/** Compares a grid of students; those that are trained already stay as they are. */
export async function compareStage(
  options: CompareOptions,
  { terminal, command }: { terminal: Terminal; command: string },
): Promise<CompareStageResult> {
  const { linearLayerEpochs, ftEpochs, outputDir } = options;
  const phases = options.phases ?? [`${linearLayerEpochs}+${ftEpochs}`];
  const cells = spellOutGrid({ ...options, phases });
  const runs: ComparedRun[] = [];
  for (const [place, cell] of cells.entries()) {
    terminal.say(`${place + 1}/${cells.length} ${cell.name}`);
    const run = new RunFolder(join(outputDir, cell.name));
    if (!await trainCell(cell, { options, run, terminal })) {
      return { outputDir, complete: false, runs };
    }
    await evaluateCell(run, { options, terminal });
    runs.push({ ...cell, evaluation: await readEvaluation(run.evaluationFile) });
  }
  await writeComparison(runs, { outputDir, command });
  terminal.print(`comparison ${join(outputDir, "compare.md")}, compare.png`);
  return { outputDir, complete: true, runs };
}

/** Trains a student, or goes on with it, or finds it trained. */
async function trainCell(
  { studentModel, degradation, linearLayerEpochs, ftEpochs }: ComparisonCell,
  { options, run, terminal }: { options: CompareOptions; run: RunFolder; terminal: Terminal },
): Promise<boolean> {
  const shared = Object.entries(options).filter(([name]) => name in trainTask.schema.shape);
  const isBegun = (await Deno.stat(run.stateFile).catch(() => undefined))?.isFile ?? false;
  const { complete } = await trainStage(
    trainTask.schema.parse({
      ...Object.fromEntries(shared),
      ...optionsOf(degradation),
      studentModel,
      linearLayerEpochs,
      ftEpochs,
      runDir: run.path,
      resume: isBegun,
    }),
    terminal,
  );
  return complete;
}

async function evaluateCell(
  { path: runDir }: RunFolder,
  { options, terminal }: { options: CompareOptions; terminal: Terminal },
): Promise<void> {
  const { datasetPath, rolloutDir, weightsDir, workers, maxPixels } = options;
  const { batchSize, seed, withTeacher } = options;
  const shared = {
    ...{ datasetPath, rolloutDir, weightsDir, workers, maxPixels },
    ...{ batchSize, seed, withTeacher },
    ...weightLimitsOf(options),
  };
  await evaluateStage(evaluateTask.schema.parse({ ...shared, runDir }), terminal);
}

async function writeComparison(
  runs: readonly ComparedRun[],
  { outputDir, command }: { outputDir: string; command: string },
): Promise<void> {
  const { photos, trainingPhotos } = runs[0].evaluation;
  const page = `# Comparison\n\n\`${command}\`, ${new Date().toISOString().slice(0, 10)}\n\n` +
    `CC with the teacher's map on ${photos} held-out photos (${trainingPhotos} to train on), with ` +
    "bootstrap intervals of 95 %; ▲ beats the student of its row beyond chance (p < 0.05), ▼ is beaten " +
    `by it.\n\n${markdownTable(tabulate(runs))}\n![CC over what was seen](compare.png)\n`;
  const { png } = await lineChart(describeComparison(runs));
  const files = {
    "compare.png": png,
    "compare.csv": comparisonCsv(runs),
    "compare.json": JSON.stringify({ command, runs }, null, 2) + "\n",
    "compare.md": page,
  };
  for (const [name, content] of Object.entries(files)) {
    await writeFileAtomically(join(outputDir, name), content);
  }
}
