/**
 * Work cut into pieces for threads.
 *
 * @module
 */

/** Cuts a list into pieces of `size` items, in order; the last may be smaller. */
export function piecesOf<Item>(items: readonly Item[], size: number): Item[][] {
  const pieces: Item[][] = [];
  for (let first = 0; first < items.length; first += size) {
    pieces.push(items.slice(first, first + size));
  }
  return pieces;
}
