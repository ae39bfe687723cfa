/**
 * What repeated measurements come to.
 *
 * @module
 */

/** A middle and the ends around it. */
export interface Spread {
  /** Half of the values lie below. */
  readonly median: number;
  /** The smallest. */
  readonly low: number;
  /** The largest. */
  readonly high: number;
}

/**
 * The middle value; of an even number of values the mean of the two in the middle.
 *
 * @throws {RangeError} When there are none.
 */
export function median(values: readonly number[]): number {
  if (values.length === 0) {
    throw new RangeError("Cannot take a median: values are none, expected at least one");
  }
  const ascending = values.toSorted((a, b) => a - b);
  const middle = Math.floor(ascending.length / 2);
  return ascending.length % 2 ? ascending[middle] : (ascending[middle - 1] + ascending[middle]) / 2;
}

/** The middle and the range of some values, of which there is at least one. */
export function spreadOf(values: readonly number[]): Spread {
  return { median: median(values), low: Math.min(...values), high: Math.max(...values) };
}

/**
 * How many times faster we were, over the pairs of measurements that were taken one after the other: what
 * slows a shared machine down for a while slows both sides of a pair.
 *
 * @param ours Seconds.
 * @param peer Seconds, as many.
 */
export function speedup(ours: readonly number[], peer: readonly number[]): Spread {
  return spreadOf(ours.map((seconds, pair) => peer[pair] / seconds));
}
