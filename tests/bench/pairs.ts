/**
 * Two sides measured in turn: ours, peer, ours, peer …
 *
 * @module
 */
import { PeerError } from "./peer_process.ts";
import type { Reporter } from "./reporter.ts";

/** One side of a comparison. */
export interface Contender {
  /** Warms up, and says how many seconds an iteration takes then. */
  prepare(): Promise<number>;
  /** Takes so many iterations, and says how many seconds one of them took. */
  time(iterations: number): Promise<number>;
}

/** Seconds of an iteration, a number a repetition; those of one index were measured one after the other. */
export interface PairedTimes {
  /** Our side. */
  readonly ours: readonly number[];
  /** The peer's; absent where there is none, or where it failed. */
  readonly peer?: readonly number[];
}

/** What is compared, and how often. */
export interface PairOptions {
  /** What progress calls it. */
  readonly title: string;
  /** Pairs to measure. */
  readonly repeats: number;
  /** Our side. */
  readonly ours: Contender;
  /** The other side, if there is one. */
  readonly peer?: Contender;
  /** Hears how it goes. */
  readonly reporter: Reporter;
}

/** A measurement takes at least this long, so that the clock and a single hiccup weigh little. */
const shortestSeconds = 1;
/** Timings that do not count: engines compile what runs often anew, in the first seconds. */
const warmUps = 2;
/** Threads of BLAS and OpenMP spin for some tens of milliseconds before they sleep: not on the other's time. */
const settlingMs = 100;

/** A side while it is measured. */
interface Side {
  readonly contender: Contender;
  /** Iterations of one timing. */
  readonly iterations: number;
  /** Seconds of an iteration, so far. */
  readonly times: number[];
}

/**
 * Measures both sides in turn; a peer that fails is named, and we go on alone.
 *
 * @throws The signal's reason, when it was aborted.
 */
export async function measurePairs(
  { title, repeats, ours, peer, reporter }: PairOptions,
): Promise<PairedTimes> {
  const total = (repeats + 1) * (peer ? 2 : 1);
  const progress = reporter.progress(title, total, { unit: "runs" });
  let done = 0;
  const run = async <T>(work: Promise<T>) => {
    const result = await work;
    progress.update({ done: ++done });
    reporter.signal.throwIfAborted();
    return result;
  };
  const ourSide = await run(prepare(ours));
  let peerSide: Side | undefined;
  const attempt = async (work: () => Promise<void>) => {
    try {
      await work();
    } catch (error) {
      reporter.signal.throwIfAborted();
      if (!(error instanceof PeerError)) throw error;
      reporter.warn(`${title}: no comparison, ${error.message}`);
      peerSide = undefined;
    }
  };
  if (peer) await attempt(async () => void (peerSide = await run(prepare(peer))));
  for (let repeat = 0; repeat < repeats; repeat++) {
    await run(takeTime(ourSide));
    await attempt(async () => void (peerSide && await run(takeTime(peerSide))));
  }
  progress.stop();
  return { ours: ourSide.times, ...(peerSide && { peer: peerSide.times }) };
}

async function prepare(contender: Contender): Promise<Side> {
  const iterations = Math.max(1, Math.ceil(shortestSeconds / await contender.prepare()));
  const isLong = iterations === 1;
  for (let warmUp = 0; warmUp < warmUps && !isLong; warmUp++) await contender.time(iterations);
  return { contender, iterations, times: [] };
}

async function takeTime({ contender, iterations, times }: Side): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, settlingMs));
  times.push(await contender.time(iterations));
}
