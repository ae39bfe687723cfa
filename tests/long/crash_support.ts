/**
 * Tasks that are killed at random moments until they have come to their end.
 *
 * @module
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openBackend } from "../../lib/backend/open_backend.ts";
import type { Random } from "../../lib/random/random.ts";
import { makeTinyPipeline } from "../support/tiny_pipeline.ts";

/** A command line of a task. */
export interface TaskLine {
  readonly task: "precompute" | "train";
  readonly flags: readonly string[];
}

/** What an attempt came to: killed, in a phase, or done. */
export interface Attempt {
  readonly killed: boolean;
  /** What the task had last said: `starting`, `precompute`, `views`, `train` and so on. */
  readonly phase: string;
  /** Milliseconds that it ran. */
  readonly ms: number;
}

/** Photos, a teacher and flags for tasks that take about a second. */
export async function makeCrashPipeline(photos: number) {
  await openBackend("wasm");
  const { root, options } = await makeTinyPipeline({ photos });
  const { source, datasetPath, rolloutDir } = options;
  const common = [
    "--backend=wasm",
    "--blas=none",
    `--dataset-path=${datasetPath}`,
    "--workers=1",
    "--model-workers=1", // their number decides the last bits
    "--batch-size=4",
  ];
  return { root, model: source.model, datasetPath, rolloutDir, common };
}

/**
 * Runs a task and kills it (SIGKILL) after `killAfter` milliseconds, unless it has come to its end.
 *
 * @throws {Error} When it fails by itself.
 */
export async function attempt({ task, flags }: TaskLine, killAfter: number): Promise<Attempt> {
  const path = fileURLToPath(new URL(`../../tasks/${task}.ts`, import.meta.url));
  const began = performance.now();
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", path, ...flags],
    stdin: "null",
    stdout: "null",
    stderr: "piped",
    env: { NO_COLOR: "1" },
  }).spawn();
  const timer = killAfter < Infinity
    ? setTimeout(() => {
      try {
        child.kill("SIGKILL");
      } catch {
        // it has ended meanwhile
      }
    }, killAfter)
    : undefined;
  const said = await new Response(child.stderr).text();
  const { signal, code } = await child.status;
  clearTimeout(timer);
  const ms = performance.now() - began;
  if (signal !== "SIGKILL") assert.equal(code, 0, said);
  return { killed: signal === "SIGKILL", phase: phaseOf(said), ms };
}

/** Kills a task again and again, at moments spread over an uninterrupted run, until it comes to its end. */
export async function killUntilDone(
  line: TaskLine,
  { random, duration, most }: { random: Random; duration: number; most: number },
): Promise<Attempt[]> {
  const attempts: Attempt[] = [];
  while (attempts.length < most) {
    const last = await attempt(line, random.uniform(0, 1.1 * duration));
    attempts.push(last);
    if (!last.killed) return attempts;
  }
  attempts.push(await attempt(line, Infinity));
  return attempts;
}

/** Every file under a folder, hidden ones too, and its bytes; `text` may change a file's before. */
export async function filesUnder(
  folder: string,
  text: (name: string, bytes: Uint8Array) => Uint8Array = (_, bytes) => bytes,
): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = join(folder, name);
    if (isDirectory) {
      for (const [inner, bytes] of Object.entries(await filesUnder(path, text))) {
        found[join(name, inner)] = bytes;
      }
    } else {
      const hash = await crypto.subtle.digest(
        "SHA-256",
        text(name, await Deno.readFile(path)) as BufferSource,
      );
      found[name] = new Uint8Array(hash).toHex();
    }
  }
  return found;
}

/** How many kills fell into each phase, in words. */
export function describeKills(attempts: readonly Attempt[]): string {
  const counts = new Map<string, number>();
  for (const { killed, phase } of attempts) {
    if (killed) counts.set(phase, (counts.get(phase) ?? 0) + 1);
  }
  return [...counts].map(([phase, count]) => `${count} ${phase}`).join(", ");
}

/** Where a task is, by the last mark in what it has said. */
function phaseOf(said: string): string {
  const marks: readonly [mark: RegExp, phase: string][] = [
    [/^saved .*-ft\.safetensors/m, "fine-tuning"],
    [/^saved /m, "after the first checkpoint"],
    [/^student /m, "training, before the first checkpoint"],
    [/^teacher /m, "mapping"],
    [/^backend /m, "loading the model"],
  ];
  return marks.find(([mark]) => mark.test(said))?.[1] ?? "starting";
}
