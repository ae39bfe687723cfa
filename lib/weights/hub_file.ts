/**
 * Downloads one file of a Hugging Face hub: resumed after a break, checked, complete or absent.
 *
 * @module
 */
import { dirname } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { sha256OfFile } from "../files/sha256.ts";
import {
  BrokenConnection,
  type HubAnswer,
  type HubConnection,
  requestFromHub,
} from "./hub_request.ts";
import { PartFile } from "./part_file.ts";

/** How patient a download is, and whom it tells of its progress. */
export interface HubFileOptions extends HubConnection {
  /** Waits in milliseconds before each further try; 1, 2, 4 and 8 s by default. */
  readonly retryDelays?: readonly number[];
  /** After how many milliseconds without a byte a connection counts as broken; 60 s by default. */
  readonly stallTimeout?: number;
  /** Breaks the download off when it is aborted; what has come stays for the next one. */
  readonly signal?: AbortSignal;
  /** Told the bytes on the disk and, where known, the whole file's. */
  readonly onProgress?: (received: number, total: number | undefined) => void;
}

/**
 * Downloads a file through a `<path>.part`, which a broken download leaves for the next one.
 *
 * @param url The file's address at the hub's endpoint.
 * @param path Where the file will stand once it is complete; parent folders are made.
 * @throws {HubRefusal} When the hub does not give the file.
 * @throws {Error} When the connection stays broken, or when the file has a wrong size or SHA-256 (it
 * is then deleted).
 * @throws The signal's reason when it is aborted.
 */
export async function downloadHubFile(
  url: URL,
  path: string,
  options: HubFileOptions,
): Promise<void> {
  const { retryDelays = [1000, 2000, 4000, 8000], signal } = options;
  signal?.throwIfAborted();
  await Deno.mkdir(dirname(path), { recursive: true });
  const part = new PartFile(path);
  for (let attempt = 0;; attempt++) {
    try {
      await receive(url, part, options);
      return await part.finish();
    } catch (error) {
      signal?.throwIfAborted(); // the error is only what became of the abort
      if (!(error instanceof BrokenConnection)) throw error;
      if (attempt >= retryDelays.length) {
        throw new Error(
          `Cannot download ${url}: the connection broke ${attempt + 1} times (${error.message}), ` +
            "expected the whole file; look at the network and run the command again, which goes on " +
            "where this one ended, or name a local folder (local-dir:PATH)",
        );
      }
      await wait(retryDelays[attempt], undefined, { signal }).catch(() => signal?.throwIfAborted());
    }
  }
}

/** Receives what the part lacks, and checks the whole. */
async function receive(url: URL, part: PartFile, options: HubFileOptions): Promise<void> {
  const { stallTimeout = 60_000, onProgress } = options;
  using stall = new StallTimer(stallTimeout);
  const signal = AbortSignal.any([stall.signal, ...(options.signal ? [options.signal] : [])]);
  const { answer, offset } = await requestRest(url, part, { ...options, signal });
  let received = offset;
  onProgress?.(received, answer.size);
  await part.append(piecesOf(answer.response), (bytes) => {
    stall.restart();
    received += bytes;
    onProgress?.(received, answer.size);
  });
  if (received < (answer.size ?? 0)) {
    throw new BrokenConnection(`it ended after ${received} of ${answer.size} bytes`);
  }
  await requireAsAnnounced(url, part, { answer, received });
}

/** Requests what the part lacks, and readies the part for it. */
async function requestRest(
  url: URL,
  part: PartFile,
  options: HubFileOptions & { signal: AbortSignal },
): Promise<{ answer: HubAnswer; offset: number }> {
  const found = await part.found();
  // where the part is of another version, the answer is the whole file (RFC 9110 §13.1.5)
  const headers: Record<string, string> = found
    ? { range: `bytes=${found.size}-`, "if-range": found.etag }
    : {};
  const answer = await requestFromHub(url, { ...options, headers });
  const { status, headers: answered, body } = answer.response;
  if (status === 200) {
    await part.startAnew(answered.get("etag"));
    return { answer, offset: 0 };
  }
  const range = answered.get("content-range");
  if (found && range?.startsWith(`bytes ${found.size}-`)) return { answer, offset: found.size };
  await body?.cancel();
  // nothing was lacking: the process ended between the last byte and the rename
  const isWhole = found && range === `bytes */${found.size}` && answer.size === found.size;
  if (isWhole) return { answer: { ...answer, response: new Response() }, offset: found.size };
  await part.remove();
  throw new BrokenConnection(`${url.host} answers ${status}, with other bytes than asked for`);
}

async function* piecesOf({ body }: Response): AsyncGenerator<Uint8Array> {
  try {
    if (body) yield* body;
  } catch (error) {
    throw new BrokenConnection((error as Error).message);
  }
}

async function requireAsAnnounced(
  url: URL,
  part: PartFile,
  { answer: { size, sha256 }, received }: { answer: HubAnswer; received: number },
): Promise<void> {
  const actual = sha256 && await sha256OfFile(part.path);
  if (actual === sha256 && received === (size ?? received)) return;
  await part.remove();
  const fault = actual === sha256
    ? `it has ${received} bytes, expected ${size}`
    : `its SHA-256 is ${actual}, expected ${sha256}`;
  throw new Error(`Cannot download ${url}: ${fault}; what came is deleted, try again`);
}

/** Aborts its signal when it is not restarted in time. */
class StallTimer {
  readonly #controller = new AbortController();
  readonly #milliseconds: number;
  #timer?: ReturnType<typeof setTimeout>;

  constructor(milliseconds: number) {
    this.#milliseconds = milliseconds;
    this.restart();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  restart(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(
      () => this.#controller.abort(new Error(`no data for ${this.#milliseconds} ms`)),
      this.#milliseconds,
    );
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }
}
