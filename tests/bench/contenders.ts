/**
 * Who is measured: tensors on our backend, or a measurement of the peer's.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensor } from "../../lib/backend/tensors.ts";
import type { Contender } from "./pairs.ts";
import type { Peer } from "./peer_process.ts";

/**
 * Our side of a measurement.
 *
 * Iterations follow each other without waiting, as a loop over batches has them follow, and as PyTorch's
 * do; the clock stops when the last one's result can be read.
 *
 * @param work One iteration; its tensors are disposed here.
 */
export function tensorContender(work: () => Tensor[]): Contender {
  const time = async (iterations: number) => {
    const start = performance.now();
    let results: Tensor[] = [];
    for (let iteration = 0; iteration < iterations; iteration++) {
      tf.dispose(results);
      results = work();
    }
    const last = tf.tidy(() => results.at(-1)!.reshape([-1]).slice(0, 1));
    await last.data();
    tf.dispose([results, last]);
    return (performance.now() - start) / 1000 / iterations;
  };
  return {
    time,
    async prepare() {
      await time(1); // compiles shaders, fills pools of memory
      return await time(1);
    },
  };
}

/**
 * A side that is timed run by run.
 *
 * @param run One iteration, which says how many seconds it took.
 */
export function repeatedContender(run: () => Promise<number>): Contender {
  return {
    prepare: async () => {
      await run(); // starts workers
      return await run();
    },
    time: async (iterations) => {
      let seconds = 0;
      for (let iteration = 0; iteration < iterations; iteration++) seconds += await run();
      return seconds / iterations;
    },
  };
}

/** The seconds that some work takes. */
export async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

/** The peer's side of a measurement that it has been told to load; undefined without a peer. */
export function peerContender(peer: Peer | undefined, measure: string): Contender | undefined {
  if (!peer?.isAlive) return undefined;
  return {
    prepare: async () => (await peer.request<Timing>("prepare", { measure })).seconds,
    time: async (iterations) =>
      (await peer.request<Timing>("time", { measure, iterations })).seconds,
  };
}

interface Timing {
  readonly seconds: number;
}
