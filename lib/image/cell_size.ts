/**
 * How big a photo is shown.
 *
 * @module
 */
import type { CellSize } from "./contact_sheet.ts";
import type { RgbImage } from "./rgb_image.ts";

/** Pictures narrower than a heading are enlarged, in pixels. */
const LEAST_WIDTH = 200;
/** Pictures with a longer side are shrunk, in pixels. */
const LONGEST_SIDE = 320;

/** The size for a photo in a sheet; a small one grows by a whole factor, so that its pixels become equal squares. */
export function cellSizeFor({ width, height }: Pick<RgbImage, "width" | "height">): CellSize {
  const scale = width < LEAST_WIDTH
    ? Math.ceil(LEAST_WIDTH / width)
    : Math.min(1, LONGEST_SIDE / Math.max(width, height));
  return { width: Math.round(width * scale), height: Math.round(height * scale) };
}
