/**
 * Adds to the end of files.
 *
 * @module
 */
import { explainDiskError } from "./disk_error.ts";

/**
 * Adds text to the end of a file and syncs it to the disk; half a line may be left by whatever ends the
 * process meanwhile.
 *
 * @throws {Error} When the disk is full or the file may not be written, naming it and the remedy.
 */
export async function appendToFile(path: string, text: string): Promise<void> {
  const bytes = new TextEncoder().encode(text);
  try {
    using file = await Deno.open(path, { append: true, create: true });
    for (let written = 0; written < bytes.length;) {
      written += await file.write(bytes.subarray(written));
    }
    await file.syncData();
  } catch (error) {
    throw explainDiskError(error, { path, bytes: bytes.length });
  }
}
