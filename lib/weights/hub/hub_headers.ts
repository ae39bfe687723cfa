/**
 * What the headers of a file's address say: all that a mirror need serve which Python's library is content with,
 * and that the client cannot do with.
 *
 * @module
 */
import { type HubConnection, HubRefusal, requestFromHub } from "./hub_request.ts";

/** A file as the headers of its address describe it; what they leave out is undefined. */
export interface FileHeaders {
  /** The commit that the address led to. */
  readonly commit: string | undefined;
  /** The file's ETag: its hash on the hub. */
  readonly etag: string | undefined;
  /** Its size in bytes. */
  readonly size: number;
}

/**
 * Whether a refusal of a question says that the server answers no questions: a hub that knows no such repository
 * says so in a header.
 */
export function answersNoQuestions(error: unknown): boolean {
  return error instanceof HubRefusal && error.code === undefined &&
    [400, 404, 405, 501].includes(error.status);
}

/** The address of a file at a branch, tag or commit. */
export function addressOfFile(
  name: string,
  { endpoint, repository, revision }: { endpoint: string; repository: string; revision: string },
): URL {
  const path = name.split("/").map(encodeURIComponent).join("/");
  return new URL(`${endpoint}/${repository}/resolve/${encodeURIComponent(revision)}/${path}`);
}

/**
 * Asks for a file's headers.
 *
 * @returns Nothing when there is no such file.
 * @throws As {@linkcode requestFromHub} does.
 */
export async function askHeaders(
  url: URL,
  connection: HubConnection & { readonly signal: AbortSignal },
): Promise<FileHeaders | undefined> {
  try {
    const { headers } = await requestFromHub(url, {
      ...connection,
      method: "HEAD",
      staysOnHub: true,
    });
    const etag = headers.get("x-linked-etag") ?? headers.get("etag");
    return {
      commit: headers.get("x-repo-commit") ?? undefined,
      etag: etag?.replace(/^W\//, "").replaceAll('"', ""),
      size: Number(headers.get("x-linked-size") ?? headers.get("content-length") ?? NaN),
    };
  } catch (error) {
    if (error instanceof HubRefusal && error.status === 404) return undefined;
    throw error;
  }
}
