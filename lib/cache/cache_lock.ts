/**
 * Keeps two processes from making the same shards of a cache.
 *
 * @module
 */
import { namesIn } from "../files/if_present.ts";
import { isLocked, type LockOptions, takeLock } from "../files/lock.ts";
import { join } from "node:path";
import { LOCK_FILE, partLockFile, partLockPattern } from "./cache_files.ts";
import { type CachePart, describePart, isWhole, wholeCache } from "./cache_part.ts";

/** What is about to be made. */
export interface CacheLockOptions extends Pick<LockOptions, "onWarning"> {
  /** The part that this process makes; all of the cache when not given. */
  readonly part?: CachePart;
}

/**
 * Locks a cache for writing: a whole one for one process alone; a part beside other parts of as many.
 * Who reads a cache does not lock it.
 *
 * @returns Releases the lock at the end of an `await using` block.
 * @throws {Error} When another process is at work in the folder that must not be; nothing is changed then.
 */
export async function lockCache(
  folder: string,
  { part = wholeCache, onWarning }: CacheLockOptions = {},
): Promise<AsyncDisposable> {
  const cannot = `Cannot write to the cache in ${folder}`;
  const remedy = "wait until it ends, or name another --rollout-dir";
  await using locks = new AsyncDisposableStack();
  const shared = !isWhole(part);
  locks.use(
    await takeLock(join(folder, LOCK_FILE), {
      shared,
      refusal: `${cannot}: another process is at work on ${
        shared ? "all of it" : "it or on parts of it"
      }; ${remedy}`,
      onWarning,
    }),
  );
  if (shared) {
    const refusal = `${cannot}: another process makes ${describePart(part)} of it; ${remedy}`;
    locks.use(await takeLock(join(folder, partLockFile(part)), { refusal }));
    await requireSameCount(folder, part);
  }
  return locks.move();
}

/** Parts of another number overlap with this one. Locked first, looked around then: one of two sees the other. */
async function requireSameCount(folder: string, { count }: CachePart): Promise<void> {
  for (const name of await namesIn(folder)) {
    const found = partLockPattern.exec(name);
    if (!found || Number(found[1]) === count || !await isLocked(join(folder, name))) continue;
    throw new Error(
      `Cannot write to the cache in ${folder}: another process makes one of ${
        Number(found[1])
      } parts of ` +
        `it, expected as many as here, ${count}; wait until it ends, or give all the same --shard-count`,
    );
  }
}
