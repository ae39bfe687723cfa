/**
 * SHA-256 of content in memory and of files of any size.
 *
 * @module
 */
import { createHash } from "node:crypto";

/**
 * The SHA-256 of bytes, or of a text's UTF-8 bytes.
 *
 * @returns 64 lower-case hexadecimal digits.
 */
export function sha256Hex(content: Uint8Array | string): string {
  return createHash("sha256").update(content).digest("hex");
}

/**
 * The SHA-256 of a file, read piece by piece.
 *
 * @returns 64 lower-case hexadecimal digits.
 * @throws {Deno.errors.NotFound} When there is no such file.
 */
export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  const file = await Deno.open(path);
  for await (const piece of file.readable) hash.update(piece); // the stream closes the file
  return hash.digest("hex");
}
