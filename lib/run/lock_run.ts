/**
 * Keeps two processes from training in one folder.
 *
 * @module
 */
import { type LockOptions, takeLock } from "../files/lock.ts";
import type { RunFolder } from "./run_folder.ts";

/**
 * Locks a run's folder for training. Who reads it does not lock it.
 *
 * @returns Releases the lock at the end of an `await using` block.
 * @throws {Error} When another process trains there; nothing is changed then.
 */
export async function lockRun(
  { path, lockFile }: RunFolder,
  { onWarning }: Pick<LockOptions, "onWarning"> = {},
): Promise<AsyncDisposable> {
  return await takeLock(lockFile, {
    refusal:
      `Cannot train in ${path}: another process trains there; wait until it ends, or name another ` +
      "--run-dir",
    onWarning,
  });
}
