/**
 * A Hugging Face hub in small, on this machine: an endpoint that redirects large files to a content
 * server of another origin, as the real one does.
 *
 * @module
 */
import { sha256Hex } from "../../lib/files/sha256.ts";
import type { DownloadFromHubOptions } from "../../lib/weights/hub.ts";
import { type Need, testWith } from "../support/permissions.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";

/** The bytes of the large file. */
export const content = Uint8Array.from({ length: 10_000 }, (_, index) => (index * 7919) >> 5);

/** The name of the large file in `org/model`. */
export const large = "model.safetensors";

/** One request as it arrived. */
export interface Arrival {
  readonly server: "hub" | "content";
  readonly path: string;
  readonly headers: Headers;
}

/** What the servers do; tests change it as they go. */
export interface HubBehaviour {
  /** The file's bytes, and its version as the content server calls it. */
  content: Uint8Array;
  etag: string | null;
  /** What the hub says the SHA-256 is. */
  sha256: string;
  /** After how many bytes each coming answer breaks off; whole answers once this is empty. */
  breaks: number[];
  /** Statuses that the content server gives to the coming requests, before any bytes. */
  faults: number[];
  ignoresRanges: boolean;
}

/** Both servers, and what they have seen. */
export interface HubServer extends AsyncDisposable {
  readonly endpoint: string;
  readonly arrivals: Arrival[];
  readonly behaviour: HubBehaviour;
}

/** Repositories that the hub answers for in other ways. */
const statuses: Record<string, number> = { "org/private": 401, "org/gated": 403, "org/busy": 503 };

/** Starts a hub with the repository `org/model`: `config.json` (plain) and `model.safetensors` (large). */
export function startHub(content: Uint8Array): HubServer {
  const behaviour: HubBehaviour = {
    content,
    etag: '"version 1"',
    sha256: sha256Hex(content),
    breaks: [],
    faults: [],
    ignoresRanges: false,
  };
  const arrivals: Arrival[] = [];
  const quiet = { hostname: "127.0.0.1", port: 0, onListen: () => {} };
  const contentServer = Deno.serve(quiet, (request) => {
    arrivals.push({
      server: "content",
      path: new URL(request.url).pathname,
      headers: request.headers,
    });
    const fault = behaviour.faults.shift();
    return fault ? new Response("fault", { status: fault }) : answer(request, behaviour);
  });
  const hubServer = Deno.serve(quiet, (request) => {
    const path = decodeURIComponent(new URL(request.url).pathname);
    arrivals.push({ server: "hub", path, headers: request.headers });
    const [, org, name, , , ...file] = new URL(request.url).pathname.split("/");
    const repo = `${org}/${name}`;
    if (statuses[repo]) return new Response("no", { status: statuses[repo] });
    if (repo === "org/circle") return Response.redirect(request.url, 302);
    if (repo !== "org/model") return new Response("Repository not found", { status: 404 });
    if (file.join("/") === "config.json") {
      return new Response('{"architecture":"vit"}', { headers: { etag: `"${"a".repeat(40)}"` } });
    }
    if (file.join("/") !== "model.safetensors") return new Response("no", { status: 404 });
    return new Response("Found", {
      status: 302,
      headers: {
        location: `http://127.0.0.1:${contentServer.addr.port}/blob`,
        "x-linked-etag": `"${behaviour.sha256}"`,
        "x-linked-size": `${behaviour.content.length}`,
      },
    });
  });
  return {
    endpoint: `http://127.0.0.1:${hubServer.addr.port}`,
    arrivals,
    behaviour,
    [Symbol.asyncDispose]: async () => {
      await Promise.all([hubServer.shutdown(), contentServer.shutdown()]);
    },
  };
}

/** Serves the content or its end (RFC 9110 §14), as far as the next break allows. */
function answer(request: Request, behaviour: HubBehaviour): Response {
  const { content, etag, ignoresRanges } = behaviour;
  const start = Number(/^bytes=(\d+)-$/.exec(request.headers.get("range") ?? "")?.[1] ?? 0);
  const isRest = start > 0 && !ignoresRanges && request.headers.get("if-range") === etag;
  const headers = new Headers(etag === null ? {} : { etag });
  if (isRest && start >= content.length) {
    headers.set("content-range", `bytes */${content.length}`);
    return new Response(null, { status: 416, headers });
  }
  const rest = isRest ? content.subarray(start) : content;
  headers.set("content-length", `${rest.length}`);
  if (isRest) {
    headers.set("content-range", `bytes ${start}-${content.length - 1}/${content.length}`);
  }
  const body = streamOf(rest, behaviour.breaks.shift());
  return new Response(body, { status: isRest ? 206 : 200, headers });
}

function streamOf(bytes: Uint8Array, breakAfter = Infinity): ReadableStream<Uint8Array> {
  let sent = 0;
  return new ReadableStream({
    async pull(controller) {
      await new Promise((resolve) => setTimeout(resolve, 1)); // lets what was sent so far arrive
      const end = Math.min(sent + 1000, bytes.length, breakAfter);
      if (end > sent) controller.enqueue(bytes.slice(sent, end));
      else controller.close(); // short of the announced length, this breaks the connection
      sent = end;
    },
  });
}

/** What a test with a hub is given. */
export interface Place {
  readonly hub: HubServer;
  /** Where the large file of `org/model` ends up. */
  readonly path: string;
  readonly options: DownloadFromHubOptions;
}

/** Registers a test with a hub of its own and an empty cache folder. */
export function testWithHub(
  name: string,
  body: (place: Place) => Promise<void>,
  { alsoNeeds = [] }: { alsoNeeds?: readonly Need[] } = {},
): void {
  testWith(["read", "write", "net", ...alsoNeeds], name, async () => {
    await using hub = startHub(content);
    await using folder = await temporaryFolder();
    const cacheDir = folder.path;
    const options = { cacheDir, endpoint: hub.endpoint, offline: false, retryDelays: [0, 0, 0, 0] };
    await body({ hub, options, path: `${cacheDir}/org--model/main/${large}` });
  });
}

/** The names in the folder of a file, the file itself among them. */
export const namesBeside = (path: string): string[] =>
  Array.from(Deno.readDirSync(path.slice(0, path.lastIndexOf("/"))), ({ name }) => name).sort();

/** The ranges that the content server was asked for, in order; null is the whole file. */
export const rangesAsked = ({ arrivals }: HubServer) =>
  arrivals.filter(({ server }) => server === "content").map(({ headers }) => headers.get("range"));
