/**
 * Where a training run lies when the user does not say.
 *
 * @module
 */
import { join } from "node:path";
import type { TrainOptions } from "../../lib/config/task_schemas.ts";
import { shortNameOf } from "../../lib/model/model_address.ts";
import { runsRoot } from "../../lib/run/run_folder.ts";

/** The folder of a training's run: the one given, else one among all runs, named after student and strategy. */
export function runDirOf({ runDir, name, studentModel, strategy }: TrainOptions): string {
  return runDir ?? join(runsRoot, name ?? `${shortNameOf(studentModel)}-${strategy}`);
}
