/**
 * Which student a user means.
 *
 * @module
 */
import { join } from "node:path";
import { newestRun, RunFolder, runsRoot } from "./run_folder.ts";

/** What may say which student is meant; nothing at all means the one last worked on. */
export interface CheckpointChoice {
  /** The checkpoint itself. */
  readonly checkpoint?: string;
  /** The folder of a run, whose newest checkpoint is meant. */
  readonly runDir?: string;
  /** The name of a run in the folder of all runs. */
  readonly name?: string;
  /** The folder that holds the runs. */
  readonly root?: string;
}

/**
 * Finds a student's checkpoint: the one named, else the newest of the run named, else of the newest run;
 * a folder goes before a name.
 *
 * @throws {Error} When there is none, with the remedy.
 */
export async function findCheckpoint(
  { checkpoint, runDir, name, root = runsRoot }: CheckpointChoice,
): Promise<string> {
  if (checkpoint === undefined) {
    const run = runDir ?? (name === undefined ? undefined : join(root, name));
    return await (run === undefined ? await newestRun(root) : new RunFolder(run))
      .newestCheckpoint();
  }
  const found = await Deno.stat(checkpoint).catch(() => undefined);
  if (found?.isFile) return checkpoint;
  throw new Error(
    `Cannot find a student: ${checkpoint} is no file, expected a checkpoint of train's or a .pt; ` +
      "name another with --checkpoint",
  );
}
