/**
 * Where the page of `deno task web` and its student lie.
 *
 * @module
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { sampleImagesFolder, sampleStudent } from "../../lib/config/sample.ts";
import { type CheckpointChoice, findCheckpoint } from "../../lib/run/find_checkpoint.ts";
import { newestRunIfAny } from "../../lib/run/run_folder.ts";

const project = fileURLToPath(new URL("../../", import.meta.url));

/** The page as it is written. */
export const pageFolder: string = join(project, "tasks", "browser");

/** The page's script as it is bundled. */
export const scriptFolder: string = join(project, "data", "web");

/** The sample's scenes. */
export const examplesFolder: string = join(project, sampleImagesFolder);

/** Those to try a student on. */
export const exampleScenes: readonly string[] = [
  "scene-00003.png",
  "scene-00012.png",
  "scene-00030.png",
];

/**
 * Finds the student to serve: as the options say, else the newest run's; the sample's where there is no run.
 *
 * @throws As {@linkcode findCheckpoint} does.
 */
export async function studentToServe(choice: CheckpointChoice): Promise<string> {
  const { checkpoint, runDir, name } = choice;
  const isNamed = (checkpoint ?? runDir ?? name) !== undefined;
  if (!isNamed && !await newestRunIfAny()) return join(project, sampleStudent);
  return await findCheckpoint(choice);
}
