/**
 * Replaces patches of a photo.
 *
 * @module
 */
import { patchBox } from "../glimpses/patch_box.ts";
import type { RgbImage } from "../image/rgb_image.ts";

/** Which patches come first, and where they come from. */
export interface ByOrder {
  /** What the patches are taken from, of the photo's size. */
  readonly source: RgbImage;
  /** All patches, as flat indices. */
  readonly order: Uint32Array;
  /** Height and width of the grid, in patches. */
  readonly grid: readonly [gridHeight: number, gridWidth: number];
}

/** Orders patches by a map, the highest first, equal ones row by row. */
export function patchOrder(map: Float32Array): Uint32Array {
  return Uint32Array.from(map, (_, patch) => patch).sort((a, b) => map[b] - map[a] || a - b);
}

/** Puts the first `count` patches of another picture in their places; the pictures are not changed. */
export function pastePatches(
  image: RgbImage,
  { source, order, grid, count }: ByOrder & { readonly count: number },
): RgbImage {
  const { width, height } = image;
  const imageSize = [height, width] as const;
  const data = image.data.slice();
  for (const patch of order.subarray(0, count)) {
    const [row, column] = [Math.floor(patch / grid[1]), patch % grid[1]];
    const [y0, x0, y1, x1] = patchBox({ row, column, size: 1 }, { grid, imageSize });
    for (let y = y0; y < y1; y++) {
      const start = (y * width + x0) * 3;
      data.set(source.data.subarray(start, (y * width + x1) * 3), start);
    }
  }
  return { width, height, data };
}
