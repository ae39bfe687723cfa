/**
 * Sets what a student saw, its map and the next glimpses side by side.
 *
 * @module
 */
import type { Glimpse } from "../glimpses/next_glimpses.ts";
import { cellSizeFor } from "../image/cell_size.ts";
import { contactSheet } from "../image/contact_sheet.ts";
import { overlayMap } from "../image/overlay.ts";
import type { RgbImage } from "../image/rgb_image.ts";
import { drawBoxes } from "./draw_boxes.ts";

/** One photo: what was seen of it, and where to look next. */
export interface ExploredPhoto {
  /** What it is called. */
  readonly path: string;
  /** The prepared photo. */
  readonly crop: RgbImage;
  /** What the student saw of it. */
  readonly view: RgbImage;
  /** The student's map, divided by its maximum: float32 [gridHeight·gridWidth]. */
  readonly map: Float32Array;
  /** In the order in which they are to be taken. */
  readonly glimpses: readonly Glimpse[];
}

/**
 * Draws a sheet, a row a photo: what the student sees, its map over the photo, and the photo with the next
 * glimpses in numbered boxes.
 *
 * @param photos At least one, prepared to one size.
 * @param options `grid`: the map's; `seen`: the patches seen already, not 0, which are darkened.
 * @returns A PNG file.
 */
export async function drawGlimpseSheet(
  photos: readonly ExploredPhoto[],
  { grid: [gridHeight, gridWidth], seen }: {
    readonly grid: readonly [gridHeight: number, gridWidth: number];
    readonly seen: Uint8Array;
  },
): Promise<Uint8Array> {
  const cell = cellSizeFor(photos[0].crop);
  const hasSeen = seen.some((it) => it !== 0);
  return await contactSheet({
    title: "Where the student would look next",
    columns: ["What the student sees", "Student's map", "Next glimpses"],
    rows: await Promise.all(photos.map(async ({ path, crop, view, map, glimpses }) => ({
      caption: path,
      note: describeGlimpses(glimpses),
      cells: [
        view,
        overlayMap(crop, map, { gridHeight, gridWidth }),
        await drawBoxes(crop, glimpses, { cell, grid: [gridHeight, gridWidth], seen }),
      ],
    }))),
    cell,
    footer: [
      "Boxes are numbered in the order in which they are to be looked at",
      ...hasSeen ? ["Dark patches have been seen already"] : [],
    ],
  });
}

function describeGlimpses(glimpses: readonly Glimpse[]): string {
  if (glimpses.length === 0) return "nothing left to see";
  const covered = glimpses.reduce((sum, { mass }) => sum + mass, 0);
  const count = glimpses.length === 1 ? "1 glimpse" : `${glimpses.length} glimpses`;
  return `${count}, ${Math.round(covered * 100)} % of the map`;
}
