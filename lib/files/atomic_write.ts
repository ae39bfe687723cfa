/**
 * Writes files so that a reader never meets half of one.
 *
 * @module
 */
import { basename, dirname, join } from "node:path";
import { explainDiskError } from "./disk_error.ts";
import { ifPresent } from "./if_present.ts";

/** What a file may be written from: all of its bytes, its text, or its bytes piece by piece. */
export type FileContent =
  | Uint8Array
  | string
  | Iterable<Uint8Array>
  | AsyncIterable<Uint8Array>;

/**
 * Writes a file under a temporary name beside the target, syncs it to the disk and renames it, so
 * that the target holds either what it held before or all of the content.
 *
 * @param path Missing parent folders are made; an existing file is replaced.
 * @param content Text is written as UTF-8; pieces are written as they come, so that the whole content
 * need not fit in memory.
 * @throws {Error} When the disk is full or the folder may not be written, naming file and remedy.
 * @throws Whatever else `content` or the disk throws; the temporary file is then removed and the target
 * left as it was.
 */
export async function writeFileAtomically(path: string, content: FileContent): Promise<void> {
  const pieces = piecesOf(content);
  let temporary: string | undefined;
  try {
    temporary = await prepareTemporary(path);
    await writeAndSync(temporary, pieces);
    await Deno.rename(temporary, path);
  } catch (error) {
    if (temporary) await Deno.remove(temporary).catch(() => {}); // the first error is the news
    throw explainDiskError(error, { path, bytes: sizeOf(pieces) });
  }
}

function sizeOf(pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): number | undefined {
  return Array.isArray(pieces)
    ? pieces.reduce((size: number, piece: Uint8Array) => size + piece.length, 0)
    : undefined;
}

/** Makes the folder of a target ready, and names a file in it that is not there. */
async function prepareTemporary(path: string): Promise<string> {
  const folder = dirname(path);
  if (mayWrite(folder)) {
    await Deno.mkdir(folder, { recursive: true });
    return join(folder, `.${basename(path)}.${crypto.randomUUID()}.tmp`);
  }
  const temporary = onlyTemporaryOf(path);
  if (mayWrite(temporary)) await ifPresent(Deno.remove(temporary)); // of a process that was killed
  return temporary;
}

/**
 * The temporary file of a target whose folder this process may not write: who may write one file alone, may
 * write under this name beside it.
 */
export function onlyTemporaryOf(path: string): string {
  return join(dirname(path), `.${basename(path)}.tmp`);
}

function mayWrite(path: string): boolean {
  return Deno.permissions.querySync({ name: "write", path }).state === "granted";
}

function piecesOf(content: FileContent): Iterable<Uint8Array> | AsyncIterable<Uint8Array> {
  if (typeof content === "string") return [new TextEncoder().encode(content)];
  return content instanceof Uint8Array ? [content] : content;
}

async function writeAndSync(
  path: string,
  pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): Promise<void> {
  using file = await Deno.open(path, { write: true, createNew: true });
  for await (const piece of pieces) {
    for (let written = 0; written < piece.length;) {
      written += await file.write(piece.subarray(written));
    }
  }
  await file.sync();
}
