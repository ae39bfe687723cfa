/**
 * Reads files that a stranger may have made: never a pipe or device, which may never end, and never more
 * than there is room for.
 *
 * @module
 */

/** How much may be read, and what the message says of it. */
export interface ReadLimit {
  /** The most bytes that the file may have. */
  readonly maxBytes: number;
  /** Where the limit comes from and what helps, after "expected at most … bytes": `raise --max-pixels`. */
  readonly remedy?: string;
}

/**
 * Opens a regular file, or one that links lead to, for reading; the caller closes it.
 *
 * @returns The file, at its start, and its size in bytes.
 * @throws {Deno.errors.NotFound} When there is no such file.
 * @throws {Error} When it is a folder, a pipe, a socket or a device.
 */
export async function openRegularFile(path: string): Promise<{ file: Deno.FsFile; size: number }> {
  requireRegular(path, await Deno.stat(path)); // before it is opened: to open a pipe waits for its writer
  const file = await Deno.open(path);
  try {
    const found = await statOf(file, path);
    requireRegular(path, found);
    return { file, size: found.size };
  } catch (error) {
    file.close();
    throw error;
  }
}

/**
 * Asks an open file what it is. Where a link in a folder that may be read leads out of it, Deno lets what it leads
 * to be read by the link's name alone, and so asked about.
 */
async function statOf(file: Deno.FsFile, path: string): Promise<Deno.FileInfo> {
  try {
    return await file.stat();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotCapable)) throw error;
    return await Deno.stat(path);
  }
}

/**
 * Reads a regular file whole.
 *
 * @throws {Deno.errors.NotFound} When there is no such file.
 * @throws {RangeError} When it is larger than the limit; nothing of it is read then.
 * @throws {Error} When it is a folder, a pipe, a socket or a device.
 */
export async function readRegularFile(path: string, limit: ReadLimit): Promise<Uint8Array> {
  const { file, size } = await openRegularFile(path);
  using _ = file;
  const { maxBytes, remedy } = limit;
  if (size > maxBytes) {
    throw new RangeError(
      `Cannot read ${path}: it has ${size} bytes, expected at most ${maxBytes}` +
        (remedy ? `; ${remedy}` : "; it is no such file as this program writes"),
    );
  }
  const bytes = new Uint8Array(size);
  let filled = 0;
  while (filled < size) {
    const read = await file.read(bytes.subarray(filled));
    if (read === null) break; // it has become shorter meanwhile
    filled += read;
  }
  return bytes.subarray(0, filled);
}

/**
 * Reads a regular file as UTF-8 text; bytes that are none become U+FFFD.
 *
 * @throws As {@linkcode readRegularFile} does.
 */
export async function readRegularTextFile(path: string, limit: ReadLimit): Promise<string> {
  return new TextDecoder().decode(await readRegularFile(path, limit));
}

function requireRegular(path: string, found: Deno.FileInfo): void {
  if (found.isFile) return;
  throw new Error(`Cannot read ${path}: it is ${describeKind(found)}, expected a regular file`);
}

function describeKind(found: Deno.FileInfo): string {
  if (found.isDirectory) return "a folder";
  if (found.isFifo) return "a pipe";
  if (found.isSocket) return "a socket";
  return "a device";
}
