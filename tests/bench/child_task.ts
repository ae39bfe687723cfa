/**
 * Tasks in processes of their own.
 *
 * @module
 */
import { taskArguments } from "./task_command.ts";

/** Every task that a user runs. */
export const taskNames = [
  "precompute",
  "train",
  "evaluate",
  "visualise",
  "demo",
  "sample",
  "bench",
] as const;

/** What a task took. */
export interface TaskCost {
  /** From start to end. */
  readonly seconds: number;
  /** The most memory that was resident, in MiB; absent where the system does not say. */
  readonly peakMiB?: number;
}

/** How a task is run. */
export interface ChildOptions {
  /** Ends it when it is aborted. */
  readonly signal: AbortSignal;
  /** Whether its memory is watched, which takes a little time of its own. */
  readonly withMemory?: boolean;
}

/** Between two looks at a process's memory; the system keeps the peak, so that none is missed but the last. */
const pollMs = 20;

/**
 * Runs a task to its end.
 *
 * @throws {Error} When it fails, quoting what it says.
 * @throws The signal's reason, when it was aborted.
 */
export async function runTaskInChild(
  name: typeof taskNames[number],
  flags: readonly string[],
  { signal, withMemory = false }: ChildOptions,
): Promise<TaskCost> {
  signal.throwIfAborted();
  const start = performance.now();
  const child = new Deno.Command(Deno.execPath(), {
    args: taskArguments(name, flags),
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
    signal,
  }).spawn();
  const ended = child.status.then(({ success }) => success);
  const [success, said, peakMiB] = await Promise.all([
    ended,
    new Response(child.stderr).text(),
    withMemory ? peakUntil(ended, child.pid) : undefined,
  ]);
  signal.throwIfAborted();
  if (!success) throw new Error(`Cannot measure ${name}: ${wordsOf(said)}`);
  return { seconds: (performance.now() - start) / 1000, peakMiB };
}

/** What a task says of its failure, or whatever it says. */
function wordsOf(said: string): string {
  const lines = said.trim().split("\n");
  return lines.find((line) => /error/.test(line)) ?? lines.at(-1)!;
}

/** The peak of whichever takes most: the launcher waits for the task that it has started. */
export async function peakUntil(
  ended: Promise<unknown>,
  launcher: number,
): Promise<number | undefined> {
  let isOver = false;
  ended.then(() => isOver = true);
  let peak = -Infinity;
  while (!isOver) {
    const children = await readOfSystem(`/proc/${launcher}/task/${launcher}/children`);
    for (const pid of [String(launcher), ...children.split(" ").filter(Boolean)]) {
      // what Linux calls a process's high-water mark
      const [, kibibytes] =
        /^VmHWM:\s+(\d+) kB$/m.exec(await readOfSystem(`/proc/${pid}/status`)) ??
          [];
      if (kibibytes !== undefined) peak = Math.max(peak, Number(kibibytes) / 1024);
    }
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
  return Number.isFinite(peak) ? peak : undefined;
}

/** The text of such a file, or nothing; Deno gives them to those alone who may do everything. */
async function readOfSystem(path: string): Promise<string> {
  if (Deno.build.os !== "linux") return "";
  const { stdout } = await new Deno.Command("cat", { args: [path], stderr: "null" }).output();
  return new TextDecoder().decode(stdout);
}
