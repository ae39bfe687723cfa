/**
 * Where a task writes its picture.
 *
 * @module
 */
import { dirname, join } from "node:path";
import { runFolderOf } from "../../lib/run/run_folder.ts";
import { refuseFolder } from "./refuse_folder.ts";

/**
 * The picture's path: `output` where the user gave one, else `name` in the folder of the checkpoint's run,
 * or beside a checkpoint outside a run.
 *
 * @throws {UsageError} When it is a folder, which is better known before the work than after it.
 */
export async function picturePath(
  output: string | undefined,
  { checkpoint, name }: { checkpoint: string; name: string },
): Promise<string> {
  const path = output ?? join(runFolderOf(checkpoint) ?? dirname(checkpoint), name);
  await refuseFolder(path, { what: "picture", expected: "a .png file" });
  return path;
}
