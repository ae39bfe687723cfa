/**
 * Outputs that cannot be written.
 *
 * @module
 */
import { UsageError } from "../../lib/config/usage_error.ts";

/**
 * Finds out before the work that its output could not be written.
 *
 * @param output The file of `--output`.
 * @param options `what` it is, and which kind of file was `expected`, for the message.
 * @throws {UsageError} When it is a folder.
 */
export async function refuseFolder(
  output: string,
  { what, expected }: { what: string; expected: string },
): Promise<void> {
  const isFolder = (await Deno.stat(output).catch(() => undefined))?.isDirectory;
  if (!isFolder) return;
  throw new UsageError(
    `Cannot write ${what}: --output is ${output}, a folder, expected ${expected}`,
  );
}
