/**
 * The order in which an epoch visits the photos.
 *
 * @module
 */
import { Random } from "../random/random.ts";

/** Which epoch of which training. */
export interface EpochKey {
  /** The training's seed. */
  readonly seed: number;
  /** The phase of training, by name or number. */
  readonly phase: string | number;
  /** The epoch within the phase. */
  readonly epoch: number;
}

/**
 * A random order of 0 … count − 1 that depends on the key alone, so that a resumed training goes on
 * as if never interrupted.
 */
export function epochOrder(count: number, { seed, phase, epoch }: EpochKey): Uint32Array {
  return Random.from("order", seed, phase, epoch).permutation(count);
}

/**
 * Cuts an order into batches; the last may be smaller (PyTorch's `drop_last=False`).
 *
 * @returns Views of `order`, not copies.
 * @throws {RangeError} When the batch size is not a whole number from 1.
 */
export function batchesOf(order: Uint32Array, batchSize: number): Uint32Array[] {
  if (!Number.isInteger(batchSize) || batchSize < 1) {
    throw new RangeError(
      `Cannot form batches: batchSize is ${batchSize}, expected a whole number from 1`,
    );
  }
  const batches = Math.ceil(order.length / batchSize);
  return Array.from(
    { length: batches },
    (_, batch) => order.subarray(batch * batchSize, (batch + 1) * batchSize),
  );
}
