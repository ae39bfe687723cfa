/**
 * A stage's progress: a bar on a terminal, a plain line now and then elsewhere.
 *
 * @module
 */
// @ts-types="@types/cli-progress"
import cliProgress from "cli-progress";

/** Where progress is written; `process.stderr` is one. */
export interface ProgressStream {
  /** Whether a person looks at it, so that a line may be drawn over. */
  readonly isTTY?: boolean;
  /** Characters in a line of it. */
  readonly columns?: number;
  /** Writes text as it is. */
  write(text: string): unknown;
}

/** How far a stage is, and what else is worth showing beside it. */
export interface ProgressUpdate {
  /** Items done, counted from the beginning of the whole work. */
  readonly done: number;
  /** For example the loss; numbers are shown to four digits. */
  readonly [extra: string]: number | string;
}

/** The progress of one stage. */
export interface Progress {
  /** Says how far the stage is. */
  update(state: ProgressUpdate): void;
  /** Shows the last state and leaves it standing. */
  stop(): void;
}

/** What is counted, and from where. */
export interface ProgressOptions {
  /** What the stage is called. */
  readonly title: string;
  /** Items in the whole work. */
  readonly total: number;
  /** Items done before, by an interrupted run; they do not count as fast. */
  readonly from?: number;
  /** What an item is, in the plural. */
  readonly unit?: string;
}

/** Progress that can make room for a message. */
export interface ShownProgress extends Progress {
  /** Prints a line above the progress. */
  say(line: string): void;
}

/** Milliseconds between two plain lines at first, and at most: they grow apart, so that a night's log is readable. */
const firstIntervalMs = 5000;
const longestIntervalMs = 60_000;

/** Starts showing the progress of a stage on `stream`. */
export function showProgress(stream: ProgressStream, options: ProgressOptions): ShownProgress {
  return stream.isTTY ? showBar(stream, options) : showLines(stream, options);
}

function showBar(stream: ProgressStream, { from = 0, ...options }: ProgressOptions): ShownProgress {
  const started = performance.now();
  let state: ProgressUpdate = { done: from };
  const bar = new cliProgress.SingleBar({
    stream: stream as NodeJS.WritableStream,
    format: (barOptions, { progress }) => {
      const drawn = cliProgress.Format.BarFormat(progress, barOptions);
      return `${options.title} ${drawn} ${describe(state, { ...options, from, started })}`;
    },
    barsize: 24,
    forceRedraw: true, // or nothing is drawn again below a message until a figure changes
    linewrap: true, // cli-progress then shortens the line itself and leaves the terminal's mode alone
  }, cliProgress.Presets.shades_grey);
  bar.start(options.total, from);
  return {
    update(next) {
      state = next;
      bar.update(next.done);
    },
    stop: () => bar.stop(),
    say(line) {
      // The bar goes back to a saved position when it stops: below the message from now on.
      stream.write(`\r\x1b[2K${line}\n\x1b7`);
      bar.render();
    },
  };
}

function showLines(
  stream: ProgressStream,
  { from = 0, ...options }: ProgressOptions,
): ShownProgress {
  const started = performance.now();
  let state: ProgressUpdate = { done: from };
  let shown: ProgressUpdate | undefined;
  let shownAt = started;
  const show = () => {
    stream.write(`${options.title}: ${describe(state, { ...options, from, started })}\n`);
    shown = state;
    shownAt = performance.now();
  };
  return {
    update(next) {
      state = next;
      const now = performance.now();
      const interval = Math.max(firstIntervalMs, (shownAt - started) / 20);
      if (now - shownAt >= Math.min(interval, longestIntervalMs)) show();
    },
    stop() {
      if (shown !== state) show();
    },
    say: (line) => void stream.write(`${line}\n`),
  };
}

/** `120/500, 12.3 images/s, 31s left, loss 0.6931` */
function describe(
  { done, ...extras }: ProgressUpdate,
  { total, from, unit = "images", started }: Omit<ProgressOptions, "title"> & {
    from: number;
    started: number;
  },
): string {
  const seconds = (performance.now() - started) / 1000;
  const rate = (done - from) / seconds;
  const parts = [`${done}/${total}`];
  if (rate > 0) {
    parts.push(`${formatNumber(rate)} ${unit}/s`);
    parts.push(
      done < total ? `${duration((total - done) / rate)} left` : `in ${duration(seconds)}`,
    );
  }
  const shown = Object.entries(extras).map(([name, value]) => `${name} ${formatNumber(value)}`);
  return [...parts, ...shown].join(", ");
}

function formatNumber(value: number | string): string {
  return typeof value === "number" && !Number.isInteger(value)
    ? String(Number(value.toPrecision(4)))
    : String(value);
}

/** `45s`, `3m20s`, `2h05m` */
function duration(seconds: number): string {
  const whole = Math.round(seconds);
  const two = (value: number) => String(Math.floor(value)).padStart(2, "0");
  if (whole < 60) return `${whole}s`;
  if (whole < 3600) return `${Math.floor(whole / 60)}m${two(whole % 60)}s`;
  return `${Math.floor(whole / 3600)}h${two((whole % 3600) / 60)}m`;
}
