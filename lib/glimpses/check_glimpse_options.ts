/**
 * Which glimpses cannot be had.
 *
 * @module
 */
import type { GlimpseOptions } from "./next_glimpses.ts";

/**
 * Refuses a map or options that glimpses cannot be chosen by.
 *
 * @throws {TypeError} When the map or `seen` does not fill the grid.
 * @throws {RangeError} When the map has values that are negative or not finite, or an option is impossible.
 */
export function checkGlimpseOptions(map: Float32Array, options: GlimpseOptions): void {
  const { grid, imageSize, count, size = 1, seen } = options;
  if (![...grid, ...imageSize].every(isPositiveInteger)) {
    refuse(
      `grid is ${grid.join("×")} and imageSize is ${
        imageSize.join("×")
      }, expected positive integers`,
    );
  }
  if (!isPositiveInteger(count)) refuse(`count is ${count}, expected a positive integer`);
  if (!isPositiveInteger(size) || size > Math.min(...grid)) {
    refuse(
      `size is ${size}, expected a whole number from 1 to ${Math.min(...grid)}, as the grid is ` +
        `${grid.join("×")} patches`,
    );
  }
  requireGrid(map, { name: "the map", grid });
  if (seen) requireGrid(seen, { name: "seen", grid });
  const bad = map.find((value) => !(value >= 0 && value < Infinity));
  if (bad !== undefined) {
    refuse(`the map has a value of ${bad}, expected finite ones from 0 on`);
  }
}

function requireGrid(
  { length }: ArrayLike<unknown>,
  { name, grid }: { name: string; grid: GlimpseOptions["grid"] },
): void {
  if (length === grid[0] * grid[1]) return;
  throw new TypeError(
    `Cannot choose glimpses: ${name} has ${length} patches, expected ${grid.join("·")} = ` +
      `${grid[0] * grid[1]}`,
  );
}

function refuse(reason: string): never {
  throw new RangeError(`Cannot choose glimpses: ${reason}`);
}

function isPositiveInteger(value: number): boolean {
  return Number.isInteger(value) && value > 0;
}
