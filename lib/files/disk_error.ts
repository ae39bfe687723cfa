/**
 * What a disk's refusals mean for whoever was writing.
 *
 * @module
 */

/** What was to be written. */
export interface DiskWrite {
  /** The file, or the folder that is to hold it. */
  readonly path: string;
  /** Its size in bytes, where it is known. */
  readonly bytes?: number;
}

/** By the codes that the operating system gives: what is wrong, and what helps. */
const causes: Readonly<Record<string, readonly [problem: string, remedy: string]>> = {
  ENOSPC: [
    "the disk is full",
    "free some, then run the same command again: what was finished stays",
  ],
  EDQUOT: [
    "the quota is used up",
    "free some, then run the same command again: what was finished stays",
  ],
  EROFS: ["the file system is read-only", "remount it, or name another folder"],
  EACCES: ["this user may not write there", "change its permissions, or name another folder"],
  EPERM: ["this user may not write there", "change its permissions, or name another folder"],
  ENOTDIR: ["a file stands where the path has a folder", "name another folder"],
  EIO: [
    "the disk fails",
    "look at it (dmesg), then run the same command again: what was finished stays",
  ],
};

/**
 * Puts an error of writing into one line that names the file and the remedy.
 *
 * @returns The error itself where it is none of the disk's.
 */
export function explainDiskError(error: unknown, { path, bytes }: DiskWrite): unknown {
  const cause = causes[(error as { code?: string })?.code ?? ""];
  if (!cause) return error;
  const [problem, remedy] = cause;
  const room = bytes === undefined ? "room for it" : `room for ${bytes} bytes`;
  const expected = remedy.startsWith("free") ? room : "to write";
  return new Error(`Cannot write ${path}: ${problem}, expected ${expected}; ${remedy}`, {
    cause: error,
  });
}
