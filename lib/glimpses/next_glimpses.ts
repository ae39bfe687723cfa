/**
 * Where to look next: a map becomes a row of glimpses.
 *
 * @module
 */
import { checkGlimpseOptions } from "./check_glimpse_options.ts";
import { type Box, patchBox } from "./patch_box.ts";

// Shape letters: G = gridHeight·gridWidth.

/** A square window of patches. */
export interface Glimpse {
  /** Its patches, as flat indices into the grid, row by row. */
  readonly patches: readonly number[];
  /** The same in pixels, end-exclusive, as {@linkcode patchBox} says. */
  readonly box: Box;
  /** The share of the map's attention that it covers and no glimpse before it did, from 0 to 1. */
  readonly mass: number;
}

/** How many glimpses, how big, and of what. */
export interface GlimpseOptions {
  /** Height and width of the map, in patches. */
  readonly grid: readonly [gridHeight: number, gridWidth: number];
  /** How many are wanted, at most. */
  readonly count: number;
  /** A glimpse's side, in patches; 1 by default. */
  readonly size?: number;
  /** Whether windows may share patches with earlier ones; what those cover does not count again. */
  readonly allowOverlap?: boolean;
  /** [G]: patches that have been seen already (true, not 0) and count no more; none by default. */
  readonly seen?: ArrayLike<boolean | number>;
  /** Height and width of the image that boxes are given in, in pixels. */
  readonly imageSize: readonly [height: number, width: number];
}

/** A window by its top left patch. */
interface Window {
  readonly row: number;
  readonly column: number;
  readonly patches: number[];
}

/**
 * Chooses the next glimpses, greedily: each is the window with the most attention that nobody has seen, of
 * equal ones the first, row by row. A window lies wholly in the grid and has at least one patch that is
 * new; where no window is left, fewer than `count` come back.
 *
 * Greedily chosen windows that may overlap cover at least 1 − 1/e of what the best ones could (Nemhauser,
 * Wolsey & Fisher 1978, Mathematical Programming 14:265–294).
 *
 * @param map float32 [G], nowhere negative.
 * @param options How many, how large, and on which grid.
 * @returns In the order in which they are to be taken.
 * @throws {TypeError} When the map or `seen` does not fill the grid.
 * @throws {RangeError} When the map has values that are negative or not finite, or an option is impossible.
 */
export function nextGlimpses(map: Float32Array, options: GlimpseOptions): Glimpse[] {
  checkGlimpseOptions(map, options);
  const { count, grid, size = 1, allowOverlap = false, seen, imageSize } = options;
  const total = map.reduce((sum, value) => sum + value, 0) || 1; // an all-zero map stays zero
  const isSeen = Uint8Array.from(map, (_, patch) => seen?.[patch] ? 1 : 0);
  const isTaken = new Uint8Array(map.length);
  const windows = windowsOf(grid, size);
  const glimpses: Glimpse[] = [];
  while (glimpses.length < count) {
    const free = allowOverlap
      ? windows
      : windows.filter(({ patches }) => patches.every((patch) => !isTaken[patch]));
    const best = bestWindow(free, { map, isSeen });
    if (!best) break;
    const { row, column, patches } = best.window;
    const box = patchBox({ row, column, size }, { grid, imageSize });
    glimpses.push({ patches, box, mass: best.attention / total });
    for (const patch of patches) isTaken[patch] = isSeen[patch] = 1;
  }
  return glimpses;
}

function windowsOf(
  [gridHeight, gridWidth]: readonly [number, number],
  size: number,
): readonly Window[] {
  const rows = gridHeight - size + 1;
  const columns = gridWidth - size + 1;
  return Array.from({ length: rows * columns }, (_, place) => {
    const [row, column] = [Math.floor(place / columns), place % columns];
    const patches = Array.from(
      { length: size * size },
      (_, i) => (row + Math.floor(i / size)) * gridWidth + column + i % size,
    );
    return { row, column, patches };
  });
}

/** The window with the most attention not seen; nothing where every window is seen whole. */
function bestWindow(
  windows: readonly Window[],
  { map, isSeen }: { map: Float32Array; isSeen: Uint8Array },
): { readonly window: Window; readonly attention: number } | undefined {
  let best: { window: Window; attention: number } | undefined;
  for (const window of windows) {
    const fresh = window.patches.filter((patch) => !isSeen[patch]);
    if (fresh.length === 0) continue;
    const attention = fresh.reduce((sum, patch) => sum + map[patch], 0);
    if (!best || attention > best.attention) best = { window, attention };
  }
  return best;
}
