/**
 * What a hub knows of its repositories, asked through its maintained client.
 *
 * The client answers questions; it does not fetch the files. Its own downloads can be neither resumed nor
 * checked by hash, name a snapshot by the last commit of each file, where Python's library takes the
 * repository's, write to the console, and rebuild files of the newer storage (Xet) from many small requests
 * to hosts that would all have to be allowed. Every file can be had from its plain address as well.
 *
 * @module
 */
import { addressOfFile, answersNoQuestions, askHeaders } from "./hub_headers.ts";
import {
  BrokenConnection,
  type HubConnection,
  type HubRequestOptions,
  requestFromHub,
} from "./hub_request.ts";
import { type Patience, withPatience } from "./patience.ts";
import { isCommit } from "./repository_cache.ts";
import { shownAddress } from "./shown_address.ts";

/** What a hub says of a file. */
export interface HubFile {
  /** Its size in bytes. */
  readonly size: number;
  /**
   * What Python's library names blobs by: the SHA-256 of a file in large file storage, git's SHA-1 of any other.
   * A mirror may have a word of its own instead.
   */
  readonly etag: string;
}

/** Whom to ask, and how patiently. */
export type HubQuestion = HubConnection & Patience & {
  /** `ORG/NAME`. */
  readonly repository: string;
};

/** A file that every model has, whose headers say at which commit a branch is. */
const KNOWN_FILE = "config.json";

/** More than a hub has to say about some files. */
const MAX_ANSWER_BYTES = 2 ** 24;

/**
 * Asks which commit a branch or tag is at.
 *
 * @throws {BrokenConnection} When the hub does not answer.
 * @throws {HubRefusal} When it refuses, or knows no such repository or revision.
 */
export async function askCommit(revision: string, question: HubQuestion): Promise<string> {
  const { modelInfo } = await import("@huggingface/hub"); // few need it, and it is large
  const { repository: name, endpoint: hubUrl } = question;
  const sha = await ask(question, async (connection) => {
    const fetch = fetchThrough(connection);
    try {
      return (await modelInfo({ name, revision, additionalFields: ["sha"], hubUrl, fetch })).sha;
    } catch (error) {
      if (!answersNoQuestions(error)) throw error;
      const url = addressOfFile(KNOWN_FILE, { ...question, revision });
      const headers = await askHeaders(url, connection);
      if (!headers) throw error;
      return headers.commit;
    }
  });
  if (typeof sha === "string" && isCommit(sha)) return sha;
  throw new Error(
    `Cannot load ${name}: ${shownAddress(hubUrl)} names no commit for ${revision}, expected one`,
  );
}

/**
 * Asks about files of a commit.
 *
 * @param names Paths within the repository.
 * @returns Those that exist, by their names.
 * @throws As {@linkcode askCommit} does.
 */
export async function askFiles(
  { commit, names }: { commit: string; names: readonly string[] },
  question: HubQuestion,
): Promise<Map<string, HubFile>> {
  const { pathsInfo } = await import("@huggingface/hub");
  const { repository, endpoint: hubUrl } = question;
  const repo = { type: "model", name: repository } as const;
  const described = await ask(question, async (connection) => {
    const fetch = fetchThrough(connection);
    try {
      const options = { repo, paths: [...names], revision: commit, hubUrl, fetch };
      return (await pathsInfo(options)).filter(({ type }) => type === "file")
        .map(({ path, size, oid, lfs }) => ({ path, size, etag: lfs?.oid ?? oid }));
    } catch (error) {
      if (!answersNoQuestions(error)) throw error;
      const all = names.map(async (path) => {
        const url = addressOfFile(path, { ...question, revision: commit });
        const headers = await askHeaders(url, connection);
        return headers ? [{ path, ...headers }] : [];
      });
      return (await Promise.all(all)).flat();
    }
  });
  const wanted = described.filter(({ path }) => names.includes(path));
  return new Map(wanted.map(({ path, size, etag }) => {
    const isWord = typeof etag === "string" && /^[\w.-]{1,128}$/.test(etag);
    if (isWord && Number.isSafeInteger(size) && size >= 0) return [path, { size, etag }];
    throw new Error(
      `Cannot load ${repository}: ${
        shownAddress(hubUrl)
      } tells no size and hash of ${path}, expected both`,
    );
  }));
}

/** Asks, again where the connection breaks. */
async function ask<T>(
  question: HubQuestion,
  send: (connection: HubRequestOptions) => Promise<T>,
): Promise<T> {
  const what = `ask ${shownAddress(question.endpoint)} about ${question.repository}`;
  const { endpoint, token, fetch } = question;
  return await withPatience(async ({ signal }) => {
    try {
      return await send({ endpoint, token, fetch, signal });
    } catch (error) {
      if (!isOfClient(error)) throw error;
      throw new Error(
        `Cannot ${what}: the answer is none that a hub gives, expected its JSON; look at HF_ENDPOINT`,
        { cause: error },
      );
    }
  }, { ...question, what });
}

/** Whether the client could not read an answer: no JSON, or JSON of another shape. */
function isOfClient(error: unknown): boolean {
  return error instanceof SyntaxError || error instanceof TypeError ||
    error instanceof Error && error.message.startsWith("malformed response");
}

/**
 * What the client sends its requests with. The token is added on the way, since the client takes none that a
 * mirror may have given out, and other hosts must not see it.
 */
function fetchThrough(options: HubRequestOptions): typeof globalThis.fetch {
  return async (input, init) =>
    await received(
      await requestFromHub(new URL(String(input)), {
        ...options,
        method: init?.method,
        headers: Object.fromEntries(new Headers(init?.headers)),
        body: init?.body,
      }),
    );
}

/** An answer whose body has come: a break within it may pass, and one without end must not fill the memory. */
async function received({ body, status, headers }: Response): Promise<Response> {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  try {
    for await (const piece of body ?? []) {
      pieces.push(piece);
      if ((size += piece.length) > MAX_ANSWER_BYTES) break;
    }
  } catch (error) {
    throw new BrokenConnection((error as Error)?.message);
  }
  if (size <= MAX_ANSWER_BYTES) return new Response(new Blob(pieces), { status, headers });
  throw new Error(
    `Cannot ask the hub: its answer has more than ${MAX_ANSWER_BYTES} bytes, expected a few; look at HF_ENDPOINT`,
  );
}
