/**
 * Paints maps in colours of which equal steps look equal: inferno, from black over red to pale yellow.
 *
 * @module
 */
import { interpolateInferno } from "d3-scale-chromatic";
import type { RgbImage } from "./rgb_image.ts";

const STEPS = 256;
const inferno: Uint8Array = makeTable();

/** Where a map's values lie, and its size. */
export interface ColouriseOptions {
  /** Rows of the map. */
  readonly height: number;
  /** Columns of the map. */
  readonly width: number;
  /** The value that is black; 0 unless said otherwise. */
  readonly low?: number;
  /** The value that is palest; 1 unless said otherwise. */
  readonly high?: number;
}

/**
 * Paints each value of a map with the inferno colour map; values outside `low`…`high` take the colour at
 * that end, and what is not a number is black.
 *
 * @param map Float32 `[height, width]`.
 * @returns A picture of a pixel a value.
 * @throws {TypeError} When the map does not fill its size.
 * @throws {RangeError} When `high` is not above `low`.
 */
export function colourise(
  map: Float32Array,
  { height, width, low = 0, high = 1 }: ColouriseOptions,
): RgbImage {
  if (map.length !== height * width) {
    throw new TypeError(
      `Cannot colourise map: map is ${map.length} values, expected ${height}·${width}`,
    );
  }
  if (!(high > low)) {
    throw new RangeError(`Cannot colourise map: high is ${high}, expected more than low (${low})`);
  }
  const data = new Uint8Array(map.length * 3);
  for (let i = 0; i < map.length; i++) {
    const share = Math.min(Math.max((map[i] - low) / (high - low), 0), 1) || 0; // NaN is 0
    const step = Math.round(share * (STEPS - 1));
    data.set(inferno.subarray(step * 3, step * 3 + 3), i * 3);
  }
  return { width, height, data };
}

function makeTable(): Uint8Array {
  const table = new Uint8Array(STEPS * 3);
  for (let step = 0; step < STEPS; step++) {
    const hex = Number.parseInt(interpolateInferno(step / (STEPS - 1)).slice(1), 16);
    table.set([hex >> 16, hex >> 8, hex], step * 3); // the array keeps the low byte of each
  }
  return table;
}
