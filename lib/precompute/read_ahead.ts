/**
 * Loads what comes next while the caller is still busy with what came before.
 *
 * @module
 */

/** What became of one item. */
export type Loaded<Item, Value> =
  | { readonly item: Item; readonly value: Value }
  | { readonly item: Item; readonly error: Error };

/** How to load, and how far ahead of the caller. */
export interface ReadAheadOptions<Item, Value> {
  /** Loads one item. */
  readonly load: (item: Item) => Promise<Value>;
  /** Items under way or waiting for the caller at any time, at most. */
  readonly ahead: number;
}

/**
 * Loads items and gives them out in their order, whichever is ready first.
 *
 * A failure is given out in its turn as an error; nothing is thrown, and nothing that the caller has not
 * waited for can fail unheard.
 */
export async function* readAhead<Item, Value>(
  items: Iterable<Item>,
  { load, ahead }: ReadAheadOptions<Item, Value>,
): AsyncGenerator<Loaded<Item, Value>, void> {
  const underWay: Promise<Loaded<Item, Value>>[] = [];
  for (const item of items) {
    underWay.push(outcome(item, load));
    if (underWay.length >= ahead) yield await underWay.shift()!;
  }
  for (const loaded of underWay) yield await loaded;
}

async function outcome<Item, Value>(
  item: Item,
  load: (item: Item) => Promise<Value>,
): Promise<Loaded<Item, Value>> {
  try {
    return { item, value: await load(item) };
  } catch (error) {
    return { item, error: error instanceof Error ? error : new Error(String(error)) };
  }
}
