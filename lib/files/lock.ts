/**
 * Keeps several processes, perhaps on several machines, from working in one folder at once.
 *
 * @module
 */
import { dirname } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { explainDiskError } from "./disk_error.ts";
import { ifPresent } from "./if_present.ts";

/** How to lock, and what to say when it cannot be. */
export interface LockOptions {
  /** Lets others hold the lock too, as long as all of them share it. */
  readonly shared?: boolean;
  /** The whole message of the error when others are in the way. */
  readonly refusal: string;
  /** Waits for others to let go, instead of refusing at once, until this is aborted. */
  readonly patience?: AbortSignal;
  /** Told once when there is something to wait for. */
  readonly onWait?: () => void;
  /** Told when the file system knows no locks, and work goes on without one. */
  readonly onWarning?: (message: string) => void;
}

/**
 * Locks a file, which stands for the folder that it lies in.
 *
 * The kernel gives the lock back when the process ends, however it ends. A file is locked and not the
 * folder itself, because over NFS only a file that is open for writing is locked on every machine. Who
 * holds the lock alone removes the file on releasing it, so that a finished folder shows no trace; who
 * shares it leaves the file to them. A folder that was made for the lock and is still empty goes with it.
 *
 * @param path The file to lock; it and its folder are made when they are missing.
 * @returns Releases the lock at the end of an `await using` block.
 * @throws {Error} With the message `refusal`, at once, when others hold the lock and there is no patience;
 * when the folder may not be written, so that work that could not be kept never begins.
 * @throws The reason of `patience` when it is aborted.
 */
export async function takeLock(path: string, options: LockOptions): Promise<AsyncDisposable> {
  const isNew = !await ifPresent(Deno.stat(dirname(path)));
  for (let waits = false;; waits = true) {
    const file = await openLockFile(path);
    try {
      const isHeld = await lock(file, { path, ...options });
      if (isHeld && await liesAt(path, file)) return held(file, path, { ...options, isNew });
      if (!isHeld && !waits) options.onWait?.();
      if (!isHeld) await pause(options.patience!);
    } catch (error) {
      file.close();
      throw error;
    }
    file.close(); // others hold it, or its last holder removed it between our opening and locking it
  }
}

/** How long until a lock that others hold is tried again, in milliseconds: a file system may be far away. */
const PAUSE = 200;

async function pause(patience: AbortSignal): Promise<void> {
  await wait(PAUSE, undefined, { signal: patience }).catch(() => patience.throwIfAborted());
}

async function openLockFile(path: string): Promise<Deno.FsFile> {
  const folder = dirname(path);
  const open = async () => {
    await Deno.mkdir(folder, { recursive: true });
    return await Deno.open(path, { read: true, write: true, create: true });
  };
  try {
    return await ifPresent(open()) ?? await open(); // between both, its last holder may remove the folder
  } catch (error) {
    throw explainDiskError(error, { path: folder });
  }
}

/** Whether a process holds the lock of a file, which need not be there. */
export async function isLocked(path: string): Promise<boolean> {
  using file = await ifPresent(Deno.open(path, { read: true, write: true }));
  if (!file) return false;
  return !await file.tryLock(true).catch(passWithoutLocks);
}

/** Whether the lock is ours now. */
async function lock(
  file: Deno.FsFile,
  { path, shared = false, refusal, patience, onWarning }: LockOptions & { path: string },
): Promise<boolean> {
  const isHeld = await file.tryLock(!shared).catch((error) => {
    passWithoutLocks(error);
    onWarning?.(
      `${path} cannot be locked (${error.message}): nothing keeps a second process out of its folder`,
    );
    return true;
  });
  if (!isHeld && !patience) throw new Error(refusal);
  return isHeld;
}

/** What file systems say that know no locks, or whose lock service is away: ENOLCK, ENOSYS, ENOTSUP. */
const unsupported = /No locks available|Function not implemented|not supported/; // Deno gives no codes

function passWithoutLocks(error: Error): true {
  if (unsupported.test(error.message)) return true;
  throw error;
}

async function liesAt(path: string, file: Deno.FsFile): Promise<boolean> {
  const [there, ours] = [await ifPresent(Deno.stat(path)), await file.stat()];
  return there?.ino === ours.ino && there.dev === ours.dev;
}

function held(
  file: Deno.FsFile,
  path: string,
  { shared, isNew }: LockOptions & { isNew: boolean },
): AsyncDisposable {
  return {
    async [Symbol.asyncDispose]() {
      if (!shared) await ifPresent(Deno.remove(path)); // while it is held: nobody else's is removed
      file.close();
      if (isNew) await Deno.remove(dirname(path)).catch(() => {}); // nothing came of the work, or it is full
    },
  };
}
