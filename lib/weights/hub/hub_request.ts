/**
 * One request to a Hugging Face hub. Redirects are followed by hand: the hub's token is for the hub alone.
 *
 * @module
 */
import { oneLine } from "../../files/one_line.ts";
import { shownAddress } from "./shown_address.ts";

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
  /** `GET` by default. */
  readonly method?: string;
  /** Sent with every hop. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent with every hop. */
  readonly body?: BodyInit | null;
  /** Breaks the request off. */
  readonly signal: AbortSignal;
  /** Gives back an answer that leads away from the hub, instead of following it. */
  readonly staysOnHub?: boolean;
}

/** A fault of the network or the server that may have passed at the next try. */
export class BrokenConnection extends Error {
  /** The error's name, as `Error` has it. */
  override readonly name = "BrokenConnection";
}

/** The hub's refusal to give what was asked for. */
export class HubRefusal extends Error {
  /** The error's name, as `Error` has it. */
  override readonly name = "HubRefusal";
  /** The HTTP status of the answer. */
  readonly status: number;
  /** The hub's word for what is wrong, where it says one: `GatedRepo`, `RevisionNotFound`, … */
  readonly code: string | undefined;

  /** Makes the error of a request that was answered in this way. */
  constructor(url: URL, { status, headers }: Response) {
    super(`Cannot download ${shownAddress(url)}: the answer is ${status}, expected the file`);
    this.status = status;
    this.code = headers.get("x-error-code")?.slice(0, 80);
  }
}

const MAX_REDIRECTS = 10; // the hub itself needs two
const REDIRECTS = [301, 302, 303, 307, 308];
const ANSWERS = [200, 206, 416]; // what was asked for, the end of it, and that it has no such end
const PASSING_FAULTS = [408, 429]; // as are those from 500: RFC 9110 §15.5.9, §15.6, RFC 6585 §4
const NOT_IMPLEMENTED = 501;

/**
 * Sends a request, and follows where it is sent on to.
 *
 * @returns An answer with what was asked for (200), the end of it (206), or that it has no such end (416);
 * its body is still unread.
 * @throws {BrokenConnection} When the network fails or the server is overwhelmed.
 * @throws {HubRefusal} When the answer is any other.
 * @throws {Error} When this process may not reach a host, e.g. one that it is redirected to, or when the token
 * could be none.
 */
export async function requestFromHub(url: URL, options: HubRequestOptions): Promise<Response> {
  refuseBadToken(options);
  const hub = new URL(options.endpoint).origin;
  for (let hop = 0, next = url; hop <= MAX_REDIRECTS; hop++) {
    const isHub = next.origin === hub;
    const response = await send(next, { ...options, token: isHub ? options.token : undefined });
    const location = response.headers.get("location");
    if (!REDIRECTS.includes(response.status) || location === null) {
      if (!ANSWERS.includes(response.status)) await refuse(next, response);
      return response;
    }
    await response.body?.cancel();
    next = redirected(next, location);
    if (options.staysOnHub && next.origin !== hub) return response;
  }
  throw new Error(
    `Cannot download ${shownAddress(url)}: it is redirected more than ${MAX_REDIRECTS} times`,
  );
}

/** A header that the runtime refuses to send would be quoted in its error, and printed. */
function refuseBadToken({ token }: HubConnection): void {
  if (!token || /^[\x20-\x7e]+$/.test(token)) return;
  throw new Error(
    "Cannot use the hub: the access token has line breaks or characters beyond ASCII in it, expected it as the " +
      "hub gave it; set HF_TOKEN anew (or hf auth login)",
  );
}

function redirected(from: URL, location: string): URL {
  const to = URL.parse(location, from.href);
  if (to && /^https?:$/.test(to.protocol)) return to;
  throw new Error(
    `Cannot download ${shownAddress(from)}: it is redirected to ${
      oneLine(location)
    }, expected an http(s) address`,
  );
}

async function send(
  url: URL,
  { fetch: sendRequest = fetch, method = "GET", headers, body, token, signal }: HubRequestOptions,
): Promise<Response> {
  try {
    return await sendRequest(url, {
      method,
      body,
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
    throw new BrokenConnection(faultOf(error));
  }
}

/** What went wrong, in one line: the runtime says "fetch failed", and what failed in the cause. */
function faultOf(error: unknown): string {
  const { cause, message } = (error ?? {}) as Error;
  const said = cause instanceof Error ? cause.message : message ?? "aborted";
  return oneLine(said.replace(/^error sending request for url \(.*?\): /, ""));
}

function refuseHost({ host }: URL): never {
  throw new Error(
    `Cannot download: the way leads to ${host}, which this task may not reach, expected a host of the hub's; ` +
      `if you trust it, add --hub-hosts=${host}, or name a local folder (local-dir:PATH)`,
  );
}

async function refuse(url: URL, response: Response): Promise<never> {
  await response.body?.cancel();
  const { status } = response;
  if (status >= 500 && status !== NOT_IMPLEMENTED || PASSING_FAULTS.includes(status)) {
    throw new BrokenConnection(`${url.host} answers ${status}`);
  }
  throw new HubRefusal(url, response);
}
