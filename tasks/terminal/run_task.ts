/**
 * The frame of every task: options in, body, result or error out, exit code.
 *
 * @module
 */
import process from "node:process";
import { readJsonText } from "../../lib/files/json.ts";
import { parseOptions } from "../../lib/config/parse_options.ts";
import type { Task } from "../../lib/config/task.ts";
import { terminalColumns } from "./columns.ts";
import { awaitEchoes } from "./echo.ts";
import { endWithLauncher } from "./launcher.ts";
import { asksForJson, type FailureDocument, printDocument } from "./json_document.ts";
import { printError, printFailure } from "./print_error.ts";
import { Terminal } from "./terminal.ts";

/** What a task's result may mean besides that its work is done. */
export interface RunTaskOptions<Result> {
  /** Why the task counts as failed all the same, in one line; undefined when it does not. */
  readonly failure?: (result: Result) => string | undefined;
}

/** What a shell expects of a process that a signal ended: 128 + its number. */
const interruptedCodes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };

/** Milliseconds after which a process is ended all the same: a pass of a large model takes some. */
const patience = 30_000;

/**
 * Runs a task on the arguments of this process, which ends when the task has.
 *
 * Exit codes: 0 done, 1 failed, 2 used wrongly, 130 interrupted (143 by SIGTERM, 129 by SIGHUP). With
 * `--json` one JSON document is printed on stdout, and nothing else is: the body's result, or what went wrong.
 *
 * @param task What the task is called and which options it takes.
 * @param body The work; after the first Ctrl-C (or a cluster's SIGTERM, or its terminal's end), which aborts
 * `terminal.signal`, it saves and ends.
 */
export async function runTask<
  Options extends { quiet: boolean; json: boolean },
  Result extends object | void,
>(
  task: Task<Options>,
  body: (options: Options, terminal: Terminal) => Promise<Result>,
  { failure }: RunTaskOptions<Result> = {},
): Promise<void> {
  process.stderr.on("error", () => {}); // whoever read the messages has gone: the work goes on
  let json = asksForJson(Deno.args);
  try {
    const parsed = await parseOptions(task, Deno.args, {
      readTextFile: readJsonText,
      columns: terminalColumns(),
    });
    if (parsed.kind === "help") {
      console.log(parsed.text);
      return endWith(0);
    }
    json = parsed.options.json;
    endWith(await runBody(parsed.options, { body, failure }));
  } catch (error) {
    endWith(await printFailure(error, { json }));
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

async function runBody<Options extends { quiet: boolean; json: boolean }, Result>(
  options: Options,
  { body, failure = () => undefined }: RunTaskOptions<Result> & {
    body: (options: Options, terminal: Terminal) => Promise<Result>;
  },
): Promise<number> {
  const interruption = new AbortController();
  const { signal } = interruption;
  const terminal = new Terminal({ ...options, signal });
  let interruptedCode = 0;
  let echoes: ReturnType<typeof awaitEchoes> | undefined;
  const interrupt = (name: keyof typeof interruptedCodes) => {
    if (echoes && !echoes.areOver) return;
    if (echoes) {
      terminal.stopProgress();
      Deno.exit(interruptedCode);
    }
    echoes = awaitEchoes();
    interruptedCode = interruptedCodes[name];
    terminal.say("interrupted: finishing up; Ctrl-C again ends at once");
    interruption.abort();
  };
  Deno.addSignalListener("SIGINT", () => interrupt("SIGINT"));
  Deno.addSignalListener("SIGTERM", () => interrupt("SIGTERM"));
  // Without a terminal to hang up it is ignored, for `nohup`: Deno, once it listens to any, ends at this one.
  Deno.addSignalListener("SIGHUP", hasTerminal() ? () => interrupt("SIGHUP") : () => {});
  endWithLauncher(interruptedCodes.SIGHUP);
  try {
    const result = await body(options, terminal);
    if (options.json) await printDocument(result ?? null);
    const message = failure(result);
    if (message === undefined) return interruptedCode;
    terminal.stopProgress();
    printError(message);
    return 1;
  } catch (error) {
    const isInterruption = signal.aborted && error === signal.reason;
    if (!isInterruption) throw error;
    const interrupted = { message: "interrupted", exitCode: interruptedCode };
    if (options.json) await printDocument({ error: interrupted } satisfies FailureDocument);
  } finally {
    terminal.stopProgress();
  }
  return interruptedCode;
}

function hasTerminal(): boolean {
  return [Deno.stdin, Deno.stdout, Deno.stderr].some((stream) => stream.isTerminal());
}
