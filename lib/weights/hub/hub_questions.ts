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
import { type HubConnection, type HubRequestOptions, requestFromHub } from "./hub_request.ts";
import { isCommit } from "./repository_cache.ts";
import { type Patience, withPatience } from "./patience.ts";

/** What a hub says of a file. */
export interface HubFile {
  /** Its size in bytes. */
  readonly size: number;
  /** Its SHA-256 (files in large file storage), or git's SHA-1 of it: what Python's library names blobs by. */
  readonly hash: string;
}

/** Whom to ask, and how patiently. */
export type HubQuestion = HubConnection & Patience & {
  /** `ORG/NAME`. */
  readonly repository: string;
};

/**
 * Asks which commit a branch or tag is at.
 *
 * @throws {BrokenConnection} When the hub does not answer.
 * @throws {HubRefusal} When it refuses, or knows no such repository or revision.
 */
export async function askCommit(revision: string, question: HubQuestion): Promise<string> {
  const { modelInfo } = await import("@huggingface/hub"); // few need it, and it is large
  const { repository: name, endpoint: hubUrl } = question;
  const { sha } = await ask(
    question,
    (fetch) => modelInfo({ name, revision, additionalFields: ["sha"], hubUrl, fetch }),
  );
  if (typeof sha === "string" && isCommit(sha)) return sha;
  throw new Error(`Cannot load ${name}: ${hubUrl} names no commit for ${revision}, expected one`);
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
  const infos = await ask(
    question,
    (fetch) => pathsInfo({ repo, paths: [...names], revision: commit, hubUrl, fetch }),
  );
  const files = infos.filter(({ type, path }) => type === "file" && names.includes(path));
  return new Map(files.map(({ path, size, oid, lfs }) => {
    const hash = String(lfs?.oid ?? oid);
    if (/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(hash) && Number.isSafeInteger(size) && size >= 0) {
      return [path, { size, hash }];
    }
    throw new Error(
      `Cannot load ${repository}: ${hubUrl} tells no size and hash of ${path}, expected both`,
    );
  }));
}

/** Lets the client ask, again where the connection breaks. */
async function ask<T>(
  question: HubQuestion,
  send: (fetch: typeof globalThis.fetch) => Promise<T>,
): Promise<T> {
  const what = `ask ${question.endpoint} about ${question.repository}`;
  return await withPatience(async ({ signal }) => {
    try {
      return await send(fetchThrough({ ...question, signal }));
    } catch (error) {
      if (error instanceof SyntaxError) {
        throw new Error(
          `Cannot ${what}: the answer is no JSON, expected a hub's; look at HF_ENDPOINT`,
        );
      }
      throw error;
    }
  }, { ...question, what });
}

/**
 * What the client sends its requests with. The token is added here, since the client takes none that a
 * mirror may have given out, and other hosts must not see it.
 */
function fetchThrough(options: HubRequestOptions): typeof globalThis.fetch {
  return (input, init) =>
    requestFromHub(new URL(String(input)), {
      ...options,
      method: init?.method,
      headers: Object.fromEntries(new Headers(init?.headers)),
      body: init?.body,
    });
}
