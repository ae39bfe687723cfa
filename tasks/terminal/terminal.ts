/**
 * What a running task says: messages and progress on stderr, results on stdout.
 *
 * @module
 */
import process from "node:process";
import { escapeControls } from "../../lib/files/one_line.ts";
import {
  type Progress,
  type ProgressOptions,
  type ProgressStream,
  type ShownProgress,
  showProgress,
} from "./progress.ts";

/** How a terminal behaves. */
export interface TerminalOptions {
  /** Say nothing at all. */
  readonly quiet?: boolean;
  /** Keep stdout free for the one JSON document of the result. */
  readonly json?: boolean;
  /** Aborted when the user interrupts the task. */
  readonly signal?: AbortSignal;
  /** Where messages and progress go. */
  readonly stream?: ProgressStream;
}

/** What a task's body speaks through; plain text without colours, so that it reads well in a log. */
export class Terminal {
  /** Aborted at the first Ctrl-C: the body saves what it has and returns. */
  readonly signal: AbortSignal;
  readonly #quiet: boolean;
  readonly #json: boolean;
  readonly #stream: ProgressStream;
  #progress?: ShownProgress;

  /** A terminal that speaks, on `process.stderr`, unless told otherwise. */
  constructor(
    { quiet = false, json = false, signal, stream = process.stderr }: TerminalOptions = {},
  ) {
    this.#quiet = quiet;
    this.#json = json;
    this.#stream = stream;
    this.signal = signal ?? new AbortController().signal;
  }

  /** Prints a message about the work, unless quiet. */
  say(line: string): void {
    if (this.#quiet) return;
    const shown = escapeControls(line); // a file's name must not steer the terminal
    if (this.#progress) this.#progress.say(shown);
    else this.#stream.write(`${shown}\n`);
  }

  /** Prints something the user should look into, unless quiet. */
  warn(line: string): void {
    this.say(`warning: ${line}`);
  }

  /**
   * Prints a line of the result for a reader on stdout; left out when quiet or when JSON follows.
   * It comes after the work, so progress still shown is stopped.
   */
  print(line: string): void {
    this.stopProgress();
    if (this.#quiet || this.#json) return;
    console.log(escapeControls(line));
  }

  /**
   * Shows the progress of a stage; the stage before it, if still shown, is stopped.
   *
   * @param title What the stage is called.
   * @param total Items in the whole work.
   * @returns To be told of every step, and stopped at the end.
   */
  progress(
    title: string,
    total: number,
    options: Omit<ProgressOptions, "title" | "total"> = {},
  ): Progress {
    this.stopProgress();
    if (this.#quiet) return { update() {}, stop() {} };
    const shown = showProgress(this.#stream, { title, total, ...options });
    this.#progress = shown;
    return {
      update: (state) => shown.update(state),
      stop: () => this.#stop(shown),
    };
  }

  /** Leaves the progress as it is, so that what follows begins on a line of its own. */
  stopProgress(): void {
    if (this.#progress) this.#stop(this.#progress);
  }

  #stop(progress: ShownProgress): void {
    if (this.#progress !== progress) return; // stopped already
    this.#progress = undefined;
    progress.stop();
  }
}
