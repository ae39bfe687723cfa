/**
 * One process's share of a cache that several make, none of which asks another.
 *
 * @module
 */

/**
 * A share: of the shards, those whose number leaves `index` when it is divided by `count`.
 *
 * Neighbours go to different parts, so that a cache which another run has begun still leaves each its
 * share, and so do folders of big photos, whose paths are neighbours too.
 */
export interface CachePart {
  /** The number of the part, from 0. */
  readonly index: number;
  /** The number of parts. */
  readonly count: number;
}

/** The part that is everything. */
export const wholeCache: CachePart = { index: 0, count: 1 };

/** Whether a part is everything: who makes it writes index and manifest too. */
export function isWhole({ count }: CachePart): boolean {
  return count === 1;
}

/** Whether a shard belongs to a part. */
export function isOfPart(shard: number, { index, count }: CachePart): boolean {
  return shard % count === index;
}

/** Names a part in words, and by the flag that asks for it: `part 3 of 8 (--shard-index=2)`. */
export function describePart({ index, count }: CachePart): string {
  return `part ${index + 1} of ${count} (--shard-index=${index})`;
}
