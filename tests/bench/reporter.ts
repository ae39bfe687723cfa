/**
 * Whom the benchmark tells how it goes; a task's `Terminal` is one.
 *
 * @module
 */

/** Hears of progress, messages and results. */
export interface Reporter {
  /** Aborted when the user interrupts. */
  readonly signal: AbortSignal;
  /** Hears a message about the work. */
  say(line: string): void;
  /** Hears what the user should look into. */
  warn(line: string): void;
  /** Hears a line of the result. */
  print(line: string): void;
  /** Hears of a stage's beginning, and through what it returns how far it is. */
  progress(
    title: string,
    total: number,
    options?: { readonly unit?: string },
  ): { update(state: { readonly done: number }): void; stop(): void };
}
