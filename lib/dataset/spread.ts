/**
 * Takes some of many.
 *
 * @module
 */

/** Takes `count` items out of the middles of as many equal parts of a list; all of a shorter list. */
export function spread<Item>(items: readonly Item[], count: number): Item[] {
  const taken = Math.min(count, items.length);
  return Array.from(
    { length: taken },
    (_, place) => items[Math.floor((place + 0.5) * items.length / taken)],
  );
}
