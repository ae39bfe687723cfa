/**
 * A server of one page, and what a terminal shows of it.
 *
 * @module
 */
import { basename, extname } from "node:path";
import type { WebOptions } from "../../lib/config/web_schema.ts";
import { isForeignStudent } from "../../lib/model/is_foreign_student.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { servedFiles } from "./web_files.ts";
import { exampleScenes, studentToServe } from "./web_folders.ts";

/** What was served. */
export interface WebStageResult {
  /** The page's address. */
  readonly address: string;
  /** The student's file. */
  readonly checkpoint: string;
}

const contentTypes: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".png": "image/png",
  ".wasm": "application/wasm",
};

/** What there is to ask for. */
interface Site {
  /** The student's file. */
  readonly checkpoint: string;
  /** The other files by their addresses. */
  readonly files: ReadonlyMap<string, string>;
  /** Whether it is for this machine alone. */
  readonly isLocal: boolean;
}

/** The page may talk to this server alone, so that photos stay where they are; other pages may not embed it. */
const headers = {
  "cache-control": "no-cache",
  "content-security-policy": "default-src 'self'; img-src 'self' blob: data:; " +
    "script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval'; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "cross-origin-resource-policy": "same-origin",
  "x-content-type-options": "nosniff",
};

/** What this machine calls itself; whoever asks for another name was led here by a foreign one's DNS. */
const loopback = /^(localhost|127(\.\d+){3})$/;

/**
 * Serves the page until it is interrupted.
 *
 * @throws {Error} When the address is taken or not to be had, or there is no student that a page can read.
 */
export async function webStage(options: WebOptions, terminal: Terminal): Promise<WebStageResult> {
  const { host: hostname, port } = options;
  const checkpoint = await studentToServe(options);
  await requireOwnStudent(checkpoint);
  const site: Site = { checkpoint, files: servedFiles(), isLocal: loopback.test(hostname) };
  const server = listen({ hostname, port, signal: terminal.signal }, site);
  const isOpen = hostname === "0.0.0.0";
  const address = `http://${isOpen ? "localhost" : hostname}:${server.addr.port}/`;
  const others = isOpen ? " (elsewhere with this machine's name or address)" : "";
  terminal.say(`${address}${others} shows where ${checkpoint} would look; Ctrl-C ends it`);
  await server.finished;
  return { address, checkpoint };
}

/** The page reads what the project writes; better to say so here than on the page. */
async function requireOwnStudent(checkpoint: string): Promise<void> {
  if (!await isForeignStudent(checkpoint)) return;
  throw new Error(
    `Cannot serve ${checkpoint}: it carries weights alone, expected a checkpoint that train wrote; ` +
      "deno task export --formats=checkpoint makes one of it",
  );
}

function listen(
  options: { hostname: string; port: number; signal: AbortSignal },
  site: Site,
): Deno.HttpServer<Deno.NetAddr> {
  try {
    return Deno.serve({ ...options, onListen: () => {} }, (request) => answer(request, site));
  } catch (error) {
    const { hostname, port } = options;
    throw new Error(
      `Cannot listen on ${hostname}:${port}: ${
        (error as Error).message
      }; name another --port, or --port=0 for a free one`,
    );
  }
}

/** Answers with a file of the page; nothing else of the disk can be asked for. */
async function answer({ method, url }: Request, site: Site): Promise<Response> {
  const { hostname, pathname } = new URL(url);
  if (site.isLocal && !loopback.test(hostname)) return refuse(421, "This server has another name.");
  if (method !== "GET" && method !== "HEAD") {
    return refuse(405, "Files can be read, and only that.");
  }
  if (pathname === "/served.json") {
    const addresses = exampleScenes.map((name) => `examples/${name}`);
    return Response.json({ student: basename(site.checkpoint), examples: addresses }, { headers });
  }
  const file = pathname === "/student.safetensors" ? site.checkpoint : site.files.get(pathname);
  if (file === undefined) return refuse(404, "There is no such page.");
  return await sendFile(file, method).catch(() => refuse(404, "This file is gone or unreadable."));
}

function refuse(status: number, reason: string): Response {
  return new Response(reason, { status, headers });
}

async function sendFile(path: string, method: string): Promise<Response> {
  const file = await Deno.open(path);
  const type = contentTypes[extname(path)] ?? "application/octet-stream";
  const { size } = await file.stat();
  const sent = { ...headers, "content-type": type, "content-length": String(size) };
  if (method === "GET") return new Response(file.readable, { headers: sent });
  file.close();
  return new Response(null, { headers: sent });
}
