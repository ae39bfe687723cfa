/**
 * Tasks in processes of their own.
 *
 * @module
 */
import { join } from "node:path";

const tasks = join(import.meta.dirname!, "..", "..", "tasks");

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
  { signal }: { signal: AbortSignal },
): Promise<TaskCost> {
  signal.throwIfAborted();
  const start = performance.now();
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", join(tasks, `${name}.ts`), ...flags],
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
    signal,
  }).spawn();
  let peakMiB: number | undefined;
  const poll = setInterval(() => peakMiB = peakOf(child.pid) ?? peakMiB, pollMs);
  try {
    const [{ success }, said] = await Promise.all([
      child.status,
      new Response(child.stderr).text(),
    ]);
    signal.throwIfAborted();
    if (!success) throw new Error(`Cannot measure ${name}: ${wordsOf(said)}`);
    return { seconds: (performance.now() - start) / 1000, peakMiB };
  } finally {
    clearInterval(poll);
  }
}

/** What a task says of its failure, or whatever it says. */
function wordsOf(said: string): string {
  const lines = said.trim().split("\n");
  return lines.find((line) => /error/.test(line)) ?? lines.at(-1)!;
}

/** The peak of a running process's resident memory, which Linux calls its high-water mark. */
function peakOf(pid: number): number | undefined {
  try {
    const [, kibibytes] = /^VmHWM:\s+(\d+) kB$/m.exec(
      Deno.readTextFileSync(`/proc/${pid}/status`),
    ) ?? [];
    return kibibytes === undefined ? undefined : Number(kibibytes) / 1024;
  } catch {
    return undefined; // it has just ended, or the system is not Linux
  }
}
