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
  const [path, ...revision] = studentModel.replace(/^(local-dir|hf-hub):/, "").split("@");
  const model = path.split("/").filter(Boolean).at(-1);
  const version = revision.map((it) => `@${it.replaceAll("/", "-")}`).join(""); // a branch may be refs/pr/1
  return runDir ?? join(runsRoot, name ?? `${model}${version}-${strategy}`);
}
