/**
 * Reads single places of open files.
 *
 * @module
 */

/**
 * Reads bytes at a place of a file, at once: no other read of the same file comes between seeking and reading.
 *
 * @returns The caller's own; fewer than asked for where the file ends before.
 */
export function readAt(
  file: Deno.FsFile,
  { offset, bytes }: { offset: number; bytes: number },
): Uint8Array<ArrayBuffer> {
  const buffer = new Uint8Array(bytes);
  file.seekSync(offset, Deno.SeekMode.Start);
  let filled = 0;
  while (filled < bytes) {
    const read = file.readSync(buffer.subarray(filled));
    if (read === null) break;
    filled += read;
  }
  return buffer.subarray(0, filled);
}
