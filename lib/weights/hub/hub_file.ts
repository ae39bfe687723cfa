/**
 * Downloads one file of a Hugging Face hub: resumed after a break, checked by hash, complete or absent.
 *
 * @module
 */
import { faultOf, hashOf } from "./expected_file.ts";
import { BrokenConnection, type HubConnection, requestFromHub } from "./hub_request.ts";
import type { HubFile } from "./hub_questions.ts";
import { PartFile } from "./part_file.ts";
import { type Patience, type StallTimer, withPatience } from "./patience.ts";
import { shownAddress } from "./shown_address.ts";

/** What is expected, how patient the download is, and whom it tells of its progress. */
export interface HubFileOptions extends HubConnection, Patience {
  /** What the hub says of the file. */
  readonly expected: HubFile;
  /** Told how many bytes are on the disk. */
  readonly onProgress?: (received: number) => void;
}

/**
 * Downloads a file through a {@linkcode PartFile}, which a broken download leaves for the next one.
 *
 * @param url The file's address at the hub's endpoint.
 * @param path Where the file will stand once it is complete; parent folders are made.
 * @throws {HubRefusal} When the hub does not give the file.
 * @throws {Error} When the connection stays broken, when the disk is full, or when the file has a wrong size
 * or hash (it is then deleted).
 * @throws The signal's reason when it is aborted.
 */
export async function downloadHubFile(
  url: URL,
  path: string,
  options: HubFileOptions,
): Promise<void> {
  const part = new PartFile(path);
  await withPatience(
    (stall) => receive(url, part, { ...options, stall }),
    { ...options, what: `download ${shownAddress(url)}` },
  );
  const fault = await faultOf(part.path, options.expected);
  if (fault === undefined) return await part.finish();
  await part.remove();
  throw new Error(
    `Cannot download ${shownAddress(url)}: ${fault}; what came is deleted, try again`,
  );
}

/** Receives what the part lacks. */
async function receive(
  url: URL,
  part: PartFile,
  { stall, expected, onProgress, ...connection }: HubFileOptions & { stall: StallTimer },
): Promise<void> {
  const { size } = expected;
  const found = await part.size();
  // without a hash nothing would tell that the two ends do not belong together
  let received = found <= size && hashOf(expected) ? found : 0;
  if (received === size && size > 0) return; // the process ended between the last byte and the rename
  const headers: Record<string, string> = received > 0 ? { range: `bytes=${received}-` } : {};
  const { signal } = stall;
  const response = await requestFromHub(url, { ...connection, headers, signal });
  const offset = await startOf(response, { asked: received });
  if (offset === undefined) {
    await part.remove();
    throw new BrokenConnection(
      `${url.host} answers ${response.status}, with other bytes than asked for`,
    );
  }
  onProgress?.(received = offset);
  const onPiece = (bytes: number) => {
    onProgress?.(received += bytes);
    stall.restart({ isNew: received > found });
  };
  await part.write(piecesOf(response, size - offset), { offset, onPiece });
  if (received < size) throw new BrokenConnection(`it ended after ${received} of ${size} bytes`);
}

/** Where an answer's bytes begin: at the start, or where they were asked for; nothing when elsewhere. */
async function startOf(
  { status, headers, body }: Response,
  { asked }: { asked: number },
): Promise<number | undefined> {
  if (status === 200) return 0;
  const isAsked = headers.get("content-range")?.startsWith(`bytes ${asked}-`);
  if (status === 206 && asked > 0 && isAsked) return asked;
  await body?.cancel();
  return undefined;
}

/** The pieces of an answer; one byte more than expected is enough to know that it is another file. */
async function* piecesOf({ body }: Response, most: number): AsyncGenerator<Uint8Array> {
  try {
    for await (const piece of body ?? []) {
      if (piece.length > most) return yield piece.subarray(0, most + 1);
      yield piece;
      most -= piece.length;
    }
  } catch (error) {
    throw new BrokenConnection((error as Error)?.message);
  }
}
