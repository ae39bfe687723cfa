/**
 * Where patches lie in an image.
 *
 * @module
 */

/** A rectangle in pixels, end-exclusive. */
export type Box = readonly [y0: number, x0: number, y1: number, x1: number];

/** A square of patches by its top left one. */
export interface PatchSquare {
  /** From the top, in patches. */
  readonly row: number;
  /** From the left, in patches. */
  readonly column: number;
  /** Its side, in patches. */
  readonly size: number;
}

/**
 * The box of a square of patches: the grid's lines are spread evenly over the image and rounded, so that
 * boxes side by side share an edge.
 *
 * @param square Within the grid.
 * @param options `grid` in patches, `imageSize` in pixels.
 * @returns In pixels, end-exclusive.
 */
export function patchBox(
  { row, column, size }: PatchSquare,
  { grid, imageSize }: {
    readonly grid: readonly [gridHeight: number, gridWidth: number];
    readonly imageSize: readonly [height: number, width: number];
  },
): Box {
  const y = (line: number) => Math.round(line * imageSize[0] / grid[0]);
  const x = (line: number) => Math.round(line * imageSize[1] / grid[1]);
  return [y(row), x(column), y(row + size), x(column + size)];
}
