/**
 * CRC-32 of files of any size: it tells that a file was changed by accident, not that it was forged.
 *
 * @module
 */
import { crc32 } from "node:zlib";
import { openRegularFile } from "./regular_file.ts";

/**
 * The CRC-32 of a file, read piece by piece.
 *
 * @throws {Deno.errors.NotFound} When there is no such file.
 * @throws {Error} When it is a folder, a pipe, a socket or a device.
 */
export async function crc32OfFile(path: string): Promise<number> {
  const { file } = await openRegularFile(path);
  let checksum = 0;
  for await (const piece of file.readable) checksum = crc32(piece, checksum); // the stream closes the file
  return checksum;
}
