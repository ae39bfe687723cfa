/**
 * One request to a Hugging Face hub. Redirects are followed by hand: the hub tells a file's checksum
 * on the way, and its token is for the hub alone.
 *
 * @module
 */

/** How to reach a hub. */
export interface HubConnection {
  /** The hub's address; the token goes to this origin and no other. */
  readonly endpoint: string;
  /** Access token; none by default. */
  readonly token?: string;
  /** Sends one request; the global `fetch` by default. */
  readonly fetch?: typeof fetch;
}

/** What distinguishes one request. */
export interface HubRequestOptions extends HubConnection {
  /** Sent with every hop. */
  readonly headers: Readonly<Record<string, string>>;
  /** Breaks the request off. */
  readonly signal: AbortSignal;
}

/** The hub's last answer, and what it told of the file on the way there. */
export interface HubAnswer {
  /** The file (200), its end (206), or that it has no such end (416); the body is still unread. */
  readonly response: Response;
  /** The file's SHA-256, where the hub knows it (files in large file storage). */
  readonly sha256?: string;
  /** The whole file's size in bytes, where known. */
  readonly size?: number;
}

/** A fault of the network or the server that may have passed at the next try. */
export class BrokenConnection extends Error {
  /** The error's name, as `Error` has it. */
  override readonly name = "BrokenConnection";
}

/** The hub's refusal to give a file. */
export class HubRefusal extends Error {
  /** The error's name, as `Error` has it. */
  override readonly name = "HubRefusal";
  /** The HTTP status of the answer. */
  readonly status: number;

  /** Makes the error of a request that was answered with the given HTTP status. */
  constructor(url: URL, status: number) {
    super(`Cannot download ${url}: the answer is ${status}, expected the file`);
    this.status = status;
  }
}

const MAX_REDIRECTS = 10; // the hub itself needs two
const REDIRECTS = [301, 302, 303, 307, 308];
const ANSWERS = [200, 206, 416]; // the file, its end, and that it has no such end
const PASSING_FAULTS = [408, 429]; // as are all from 500: RFC 9110 §15.5.9, §15.6, RFC 6585 §4

/**
 * Requests a file or the end of one.
 *
 * @throws {BrokenConnection} When the network fails or the server is overwhelmed.
 * @throws {HubRefusal} When the answer is any other than the file.
 * @throws {Error} When this process may not reach a host, e.g. one that it is redirected to.
 */
export async function requestFromHub(url: URL, options: HubRequestOptions): Promise<HubAnswer> {
  const hub = new URL(options.endpoint).origin;
  let linked: Omit<HubAnswer, "response"> = {};
  for (let hop = 0, next = url; hop <= MAX_REDIRECTS; hop++) {
    const isHub = next.origin === hub;
    const response = await send(next, { ...options, token: isHub ? options.token : undefined });
    const { status, headers } = response;
    linked = {
      sha256: linked.sha256 ?? sha256In(headers.get("x-linked-etag")),
      size: linked.size ?? wholeNumberIn(headers.get("x-linked-size")),
    };
    const location = headers.get("location");
    if (!REDIRECTS.includes(status) || location === null) {
      if (!ANSWERS.includes(status)) await refuse(next, response);
      // only the hub's: another host's ETag may be 64 digits that are not the file's SHA-256
      const sha256 = linked.sha256 ?? (isHub ? sha256In(headers.get("etag")) : undefined);
      return { response, sha256, size: linked.size ?? sizeOf(response) };
    }
    await response.body?.cancel();
    next = new URL(location, next);
  }
  throw new Error(`Cannot download ${url}: it is redirected more than ${MAX_REDIRECTS} times`);
}

async function send(
  url: URL,
  { fetch: sendRequest = fetch, headers, token, signal }: HubRequestOptions,
): Promise<Response> {
  try {
    return await sendRequest(url, {
      headers: {
        ...headers,
        "accept-encoding": "identity", // so that ranges and sizes are those of the file itself
        ...(token && { authorization: `Bearer ${token}` }),
      },
      redirect: "manual",
      signal,
    });
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) refuseHost(url);
    throw new BrokenConnection((error as Error).message);
  }
}

function refuseHost({ host }: URL): never {
  throw new Error(
    `Cannot download: the way leads to ${host}, which this task may not reach, expected a host of the hub's; ` +
      `if you trust it, add --hub-hosts=${host}, or name a local folder (local-dir:PATH)`,
  );
}

async function refuse(url: URL, { status, body }: Response): Promise<never> {
  await body?.cancel();
  if (status >= 500 || PASSING_FAULTS.includes(status)) {
    throw new BrokenConnection(`${url.host} answers ${status}`);
  }
  throw new HubRefusal(url, status);
}

/** The size of the whole file; only a whole answer's own length is that. */
function sizeOf({ status, headers }: Response): number | undefined {
  if (status === 200) return wholeNumberIn(headers.get("content-length"));
  return wholeNumberIn(headers.get("content-range")?.split("/")[1]);
}

function sha256In(etag: string | null): string | undefined {
  return /^(?:W\/)?"?([0-9a-f]{64})"?$/i.exec(etag ?? "")?.[1].toLowerCase();
}

function wholeNumberIn(text: string | null | undefined): number | undefined {
  return text && /^\d+$/.test(text) ? Number(text) : undefined;
}
