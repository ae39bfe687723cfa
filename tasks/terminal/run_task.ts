/**
 * The frame of every task: options in, body, result or error out, exit code.
 *
 * @module
 */
import { readJsonText } from "../../lib/files/json.ts";
import { parseOptions } from "../../lib/config/parse_options.ts";
import type { Task } from "../../lib/config/task.ts";
import { UsageError } from "../../lib/config/usage_error.ts";
import { Terminal } from "./terminal.ts";

/** What a shell expects of a process that Ctrl-C ended: 128 + SIGINT. */
const interruptedCode = 130;

/** Milliseconds after which a process is ended all the same: a pass of a large model takes some. */
const patience = 30_000;

/**
 * Runs a task on the arguments of this process, which ends when the task has.
 *
 * Exit codes: 0 done, 1 failed, 2 used wrongly, 130 interrupted. With `--json` the body's result is
 * printed on stdout as one JSON document, and nothing else is.
 *
 * @param task What the task is called and which options it takes.
 * @param body The work; after the first Ctrl-C, which aborts `terminal.signal`, it saves and ends.
 */
export async function runTask<Options extends { quiet: boolean; json: boolean }>(
  task: Task<Options>,
  body: (options: Options, terminal: Terminal) => Promise<object | void>,
): Promise<void> {
  try {
    const parsed = await parseOptions(task, Deno.args, { readTextFile: readJsonText });
    if (parsed.kind === "options") return endWith(await runBody(parsed.options, body));
    console.log(parsed.text);
    endWith(0);
  } catch (error) {
    printError(error);
    endWith(error instanceof UsageError ? 2 : 1);
  }
}

/**
 * Lets the process end by itself: a worker that was told to end first comes to the end of its pass. To exit
 * while its thread is still within the BLAS, which frees its memory at exit, crashes about every second time.
 */
function endWith(code: number): void {
  Deno.exitCode = code;
  Deno.unrefTimer(setTimeout(() => Deno.exit(code), patience));
}

async function runBody<Options extends { quiet: boolean; json: boolean }>(
  options: Options,
  body: (options: Options, terminal: Terminal) => Promise<object | void>,
): Promise<number> {
  const interruption = new AbortController();
  const { signal } = interruption;
  const terminal = new Terminal({ ...options, signal });
  Deno.addSignalListener("SIGINT", () => {
    if (signal.aborted) {
      terminal.stopProgress();
      Deno.exit(interruptedCode);
    }
    terminal.say("interrupted: saving; Ctrl-C again ends at once");
    interruption.abort();
  });
  try {
    const result = await body(options, terminal);
    if (options.json) console.log(JSON.stringify(result ?? null));
  } catch (error) {
    const isInterruption = signal.aborted && error === signal.reason;
    if (!isInterruption) throw error;
  } finally {
    terminal.stopProgress();
  }
  return signal.aborted ? interruptedCode : 0;
}

function printError(error: unknown): void {
  const message = error instanceof Error ? error.message || error.name : String(error);
  console.error(`error: ${message.replace(/\s*\n\s*/g, " ")}`);
  const mayAsk = Deno.permissions.querySync({ name: "env", variable: "DEBUG" }).state === "granted";
  if (mayAsk && Deno.env.get("DEBUG")) console.error(error);
}
