/**
 * How often, and how long, a hub that does not answer is waited for.
 *
 * @module
 */
import { setTimeout as wait } from "node:timers/promises";
import { BrokenConnection } from "./hub_request.ts";

/** How patient to be. */
export interface Patience {
  /** Waits in milliseconds before each further try; 1, 2, 4 and 8 s by default. */
  readonly retryDelays?: readonly number[];
  /** After how many milliseconds without a byte a connection counts as broken; 60 s by default. */
  readonly stallTimeout?: number;
  /** Breaks the work off when it is aborted. */
  readonly signal?: AbortSignal;
}

/**
 * Does work that a connection may break, again and again; tries count from the last one that got further.
 *
 * @param work One try; it hands the timer's signal to its request, and restarts the timer with each piece
 * that arrives.
 * @param what What messages call it: `Cannot <what>: the connection broke 5 times (…)`.
 * @throws {BrokenConnection} When the last try breaks as well.
 * @throws The signal's reason when it is aborted; whatever else the work throws.
 */
export async function withPatience<T>(
  work: (stall: StallTimer) => Promise<T>,
  { what, retryDelays = [1000, 2000, 4000, 8000], stallTimeout = 60_000, signal }: Patience & {
    what: string;
  },
): Promise<T> {
  for (let attempt = 0;; attempt++) {
    signal?.throwIfAborted();
    using stall = new StallTimer(stallTimeout, signal);
    try {
      return await work(stall);
    } catch (error) {
      signal?.throwIfAborted(); // the error is only what became of the abort
      if (!(error instanceof BrokenConnection)) throw error;
      if (stall.gotFurther) attempt = 0;
      if (attempt >= retryDelays.length) throw givenUp(error, { what, times: attempt + 1 });
    }
    await wait(retryDelays[attempt], undefined, { signal }).catch(() => signal?.throwIfAborted());
  }
}

function givenUp(error: Error, { what, times }: { what: string; times: number }): BrokenConnection {
  const broke = times === 1 ? "the connection broke" : `the connection broke ${times} times`;
  return new BrokenConnection(
    `Cannot ${what}: ${broke} (${error.message}), expected the whole answer; look at the network and run ` +
      "the command again, which goes on where this one ended, or name a local folder (local-dir:PATH)",
    { cause: error },
  );
}

/** Aborts its signal when it is not restarted in time, or when another is aborted. */
export class StallTimer implements Disposable {
  /** For what must not take longer. */
  readonly signal: AbortSignal;
  readonly #controller = new AbortController();
  readonly #milliseconds: number;
  #timer?: ReturnType<typeof setTimeout>;
  #gotFurther = false;

  /** Starts the timer. */
  constructor(milliseconds: number, signal?: AbortSignal) {
    this.#milliseconds = milliseconds;
    this.signal = AbortSignal.any([this.#controller.signal, ...(signal ? [signal] : [])]);
    this.#start();
  }

  /** Whether anything has come that no try before had brought. */
  get gotFurther(): boolean {
    return this.#gotFurther;
  }

  /** Something has come: waits again from now on. */
  restart({ isNew }: { isNew: boolean }): void {
    this.#gotFurther ||= isNew;
    clearTimeout(this.#timer);
    this.#start();
  }

  #start(): void {
    this.#timer = setTimeout(
      () => this.#controller.abort(new Error(`no data for ${this.#milliseconds} ms`)),
      this.#milliseconds,
    );
  }

  /** Stops the timer at the end of a `using` block. */
  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }
}
