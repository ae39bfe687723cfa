/**
 * A Hugging Face hub in small, on this machine: it answers questions about its repositories, and redirects
 * large files to a content server of another origin, as the real one does.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { sha256Hex } from "../../../lib/files/sha256.ts";

/** The files of a repository by their names. */
export type RepositoryFiles = Readonly<Record<string, Uint8Array | string>>;

/** One request as it arrived. */
export interface Arrival {
  readonly server: "hub" | "content";
  readonly method: string;
  readonly path: string;
  readonly headers: Headers;
}

/** What the servers do; tests change it as they go. */
export interface HubBehaviour {
  /** The files of each repository by its name; the commit that `main` is at follows from them. */
  repositories: Record<string, RepositoryFiles>;
  /** What the hub claims a large file's SHA-256 to be. */
  claimedSha256?: string;
  /** After how many bytes each coming answer breaks off; whole answers once this is empty. */
  breaks: number[];
  /** Statuses that the content server gives to the coming requests, before any bytes. */
  faults: number[];
  /** Status and code that the hub gives to every question, and to every request for a file. */
  refusal?: { readonly status: number; readonly code?: string; readonly files?: boolean };
  ignoresRanges: boolean;
}

/** Both servers, and what they have seen. */
export interface HubServer extends AsyncDisposable {
  readonly endpoint: string;
  readonly contentEndpoint: string;
  readonly arrivals: Arrival[];
  readonly behaviour: HubBehaviour;
}

/** Repositories that have been renamed: the hub sends on to the new name, by a relative address. */
const renamed: Record<string, string> = { "old/model": "org/model" };

/** The commit that `main` is at when a repository has these files. */
export function commitOf(files: RepositoryFiles): string {
  return createHash("sha1").update(JSON.stringify(Object.entries(files).map(hashed))).digest("hex");
}

const hashed = ([name, content]: [string, Uint8Array | string]) => [name, hashOf(name, content)];

/** A file's bytes. */
export function bytesOf(content: Uint8Array | string): Uint8Array<ArrayBuffer> {
  return typeof content === "string" ? new TextEncoder().encode(content) : content.slice();
}

/** What the hub and Python's library call a file: SHA-256 of a large one, git's SHA-1 of any other. */
export function hashOf(name: string, content: Uint8Array | string): string {
  const bytes = bytesOf(content);
  if (isLarge(name)) return sha256Hex(bytes);
  return createHash("sha1").update(`blob ${bytes.length}\0`).update(bytes).digest("hex");
}

function isLarge(name: string): boolean {
  return /\.(safetensors|bin)$/.test(name);
}

/** Starts a hub. */
export function startHub(repositories: Record<string, RepositoryFiles>): HubServer {
  const behaviour: HubBehaviour = { repositories, breaks: [], faults: [], ignoresRanges: false };
  const arrivals: Arrival[] = [];
  const note = (server: Arrival["server"], { method, url, headers }: Request) =>
    arrivals.push({ server, method, path: decodeURIComponent(new URL(url).pathname), headers });
  const quiet = { hostname: "127.0.0.1", port: 0, onListen: () => {} };
  const contentServer = Deno.serve(quiet, (request) => {
    note("content", request);
    const fault = behaviour.faults.shift();
    return fault ? new Response("fault", { status: fault }) : serveContent(request, behaviour);
  });
  const contentEndpoint = `http://localhost:${contentServer.addr.port}`;
  const hubServer = Deno.serve(quiet, (request) => {
    note("hub", request);
    return answer(request, { behaviour, contentEndpoint });
  });
  return {
    endpoint: `http://127.0.0.1:${hubServer.addr.port}`,
    contentEndpoint,
    arrivals,
    behaviour,
    [Symbol.asyncDispose]: async () => {
      await Promise.all([hubServer.shutdown(), contentServer.shutdown()]);
    },
  };
}

/** The paths that the hub answers: `[whole, before, ORG/NAME, kind, revision, file]`. */
const route =
  /^(\/api\/models)?\/([^/]+\/[^/]+)\/(revision|paths-info|resolve)\/([^/]+)(?:\/(.*))?$/;

async function answer(
  request: Request,
  { behaviour, contentEndpoint }: { behaviour: HubBehaviour; contentEndpoint: string },
): Promise<Response> {
  const { pathname } = new URL(request.url);
  const [, api = "", repository, kind, revision, file = ""] = route.exec(pathname) ?? [];
  if (renamed[repository]) {
    const location = pathname.replace(repository, renamed[repository]);
    return new Response(null, { status: 307, headers: { location } });
  }
  if (repository === "org/circle") return Response.redirect(request.url, 307);
  const { refusal } = behaviour;
  if (refusal && (api !== "" || refusal.files)) return refused(refusal.status, refusal.code);
  const files = behaviour.repositories[repository];
  if (!files) return refused(404, "RepoNotFound");
  const commit = commitOf(files);
  if (!["main", "v1", "refs/pr/1", commit].includes(decodeURIComponent(revision))) {
    return refused(404, "RevisionNotFound");
  }
  if (kind === "revision") return Response.json({ _id: "1", id: repository, sha: commit });
  if (kind === "paths-info") {
    return Response.json(describe(files, { behaviour, paths: (await request.json()).paths }));
  }
  return resolve(decodeURIComponent(file), { files, behaviour, contentEndpoint, repository });
}

function refused(status: number, code?: string): Response {
  return new Response("no", { status, headers: code ? { "x-error-code": code } : {} });
}

function describe(
  files: RepositoryFiles,
  { behaviour, paths }: { behaviour: HubBehaviour; paths: readonly string[] },
) {
  return paths.filter((path) => Object.hasOwn(files, path)).map((path) => {
    const size = bytesOf(files[path]).length;
    const oid = hashOf(path, files[path]);
    if (!isLarge(path)) return { type: "file", path, size, oid };
    const lfs = { oid: behaviour.claimedSha256 ?? oid, size, pointerSize: 134 };
    return { type: "file", path, size, oid: "0".repeat(40), lfs };
  });
}

function resolve(
  name: string,
  { files, behaviour, contentEndpoint, repository }: {
    files: RepositoryFiles;
    behaviour: HubBehaviour;
    contentEndpoint: string;
    repository: string;
  },
): Response {
  if (!Object.hasOwn(files, name)) return refused(404, "EntryNotFound");
  const etag = `"${hashOf(name, files[name])}"`;
  const headers = { "x-repo-commit": commitOf(files), etag };
  const bytes = bytesOf(files[name]);
  if (!isLarge(name)) return new Response(bytes, { headers });
  return new Response("Found", {
    status: 302,
    headers: {
      ...headers,
      location: `${contentEndpoint}/${repository}/${name}`,
      "x-linked-etag": `"${behaviour.claimedSha256 ?? hashOf(name, files[name])}"`,
      "x-linked-size": `${bytes.length}`,
    },
  });
}

/** Serves a file or its end (RFC 9110 §14), as far as the next break allows. */
function serveContent(request: Request, behaviour: HubBehaviour): Response {
  const [, org, model, ...file] = new URL(request.url).pathname.split("/");
  const content = bytesOf(behaviour.repositories[`${org}/${model}`][file.join("/")]);
  const start = Number(/^bytes=(\d+)-$/.exec(request.headers.get("range") ?? "")?.[1] ?? 0);
  const isRest = start > 0 && !behaviour.ignoresRanges;
  const headers = new Headers({ etag: '"of the content server"' });
  if (isRest && start >= content.length) {
    headers.set("content-range", `bytes */${content.length}`);
    return new Response("no such range", { status: 416, headers });
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
