/**
 * Where a training run lies when the user does not say.
 *
 * @module
 */
import { join } from "node:path";
import type { TrainOptions } from "../../lib/config/task_schemas.ts";
import { runsRoot } from "../../lib/run/run_folder.ts";

/** The folder of a training's run: the one given, else one among all runs, named after student and strategy. */
export function runDirOf({ runDir, name, studentModel, strategy }: TrainOptions): string {
  const model = studentModel.replace(/^(local-dir|hf-hub):/, "").split("/").filter(Boolean).at(-1);
  return runDir ?? join(runsRoot, name ?? `${model}-${strategy}`);
}
