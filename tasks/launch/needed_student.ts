/**
 * What a student takes: its file, and what describes it where the file does not.
 *
 * @module
 */
import { dirname, join } from "node:path";
import { flagOf } from "../../lib/config/command_line.ts";
import { foreignStudentOptions } from "../../lib/config/options.ts";
import { UsageError } from "../../lib/config/usage_error.ts";
import { isForeignStudent } from "../../lib/model/is_foreign_student.ts";
import type { ModelArgs } from "../../lib/model/model_args.ts";
import { type CheckpointChoice, findCheckpoint } from "../../lib/run/find_checkpoint.ts";
import { runFolderOf, runsRoot } from "../../lib/run/run_folder.ts";
import { trainingCacheOf } from "../../lib/visualise/training_cache.ts";
import { SafetensorsFile } from "../../lib/weights/safetensors_file.ts";
import { isTorchFile } from "../../lib/weights/torch/is_torch_file.ts";

/** What is read to find a student: the file, its run, or all runs. */
export function readsOfRun({ checkpoint, runDir, name }: CheckpointChoice): string[] {
  return [checkpoint ?? runDir ?? (name === undefined ? runsRoot : join(runsRoot, name))];
}

/** The names of the options that say what a file of weights alone does not. */
const foreignNames = Object.keys(foreignStudentOptions);

/** What is read to find a student, what of its base, and where its pictures go. */
export async function studentOf(
  choice: CheckpointChoice & { studentModel?: string; studentArgs?: ModelArgs },
  flags: readonly string[],
) {
  const checkpoint = await findCheckpoint(choice);
  const isForeign = await isForeignStudent(checkpoint).catch(() => undefined); // the task says what is wrong
  if (isForeign === false) refuseSaid(flags, checkpoint);
  const { studentModel: model, studentArgs: args } = choice;
  const runFolder = runFolderOf(checkpoint);
  return {
    checkpoint,
    isForeign,
    reads: readsOfRun(choice),
    models: isForeign && model?.startsWith("local-dir:")
      ? [{ model, args, withoutWeights: true }]
      : [],
    runFolder,
    pictureFolder: runFolder ?? dirname(checkpoint),
  };
}

/**
 * What a checkpoint says itself cannot be said otherwise; a file of options may serve other tasks.
 *
 * @throws {UsageError} When a flag does.
 */
function refuseSaid(flags: readonly string[], checkpoint: string): void {
  const said = flags.filter((name) => foreignNames.includes(name)).map(flagOf);
  if (said.length === 0) return;
  throw new UsageError(
    `${
      said.join(" and ")
    } cannot be given: ${checkpoint} says itself what student it is, expected no such flag`,
  );
}

/** The teacher that a checkpoint names. */
export async function teacherLearntFrom(checkpoint: string) {
  if (isTorchFile(checkpoint)) return undefined;
  using file = await SafetensorsFile.open(checkpoint);
  return trainingCacheOf(file, { path: checkpoint })?.teacher;
}
