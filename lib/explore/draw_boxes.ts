/**
 * Draws glimpses on a photo.
 *
 * @module
 */
import type { Glimpse } from "../glimpses/next_glimpses.ts";
import type { CellSize } from "../image/contact_sheet.ts";
import { decodeImage } from "../image/decode.ts";
import { rasterise } from "../image/rasterise.ts";
import type { RgbImage } from "../image/rgb_image.ts";
import { svgImageFitted } from "../image/svg_image.ts";
import { svgText } from "../image/svg_text.ts";
import { textWidth } from "../image/text_width.ts";

/** Bright on dark and dark around it, so that it shows on any photo. */
const LINE = { inner: "#ffd400", outer: "#111111", width: 2 };
const LABEL = { fontSize: 12, bold: true, colour: "#111111" };
const PADDING = 3;

/** How big the drawing becomes, and which patches are darkened. */
export interface DrawBoxesOptions {
  /** The drawing's size, of the photo's aspect ratio. */
  readonly cell: CellSize;
  /** Height and width of the map, in patches. */
  readonly grid: readonly [gridHeight: number, gridWidth: number];
  /** Patches seen already, not 0: uint8 [gridHeight·gridWidth]. */
  readonly seen: Uint8Array;
}

/** Draws the boxes of glimpses, numbered from 1, on a photo of which seen patches are dark. */
export async function drawBoxes(
  photo: RgbImage,
  glimpses: readonly Pick<Glimpse, "box">[],
  { cell: { width, height }, grid, seen }: DrawBoxesOptions,
): Promise<RgbImage> {
  const scale = [height / photo.height, width / photo.width] as const;
  const parts = [
    await svgImageFitted(photo, { x: 0, y: 0, width, height }),
    ...drawSeen(seen, { grid, cell: { width, height } }),
    ...glimpses.map(({ box }, place) => drawBox(box, { scale, number: place + 1 })),
  ];
  return await decodeImage(
    await rasterise(
      `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">` +
        `${parts.join("")}</svg>`,
    ),
  );
}

function drawSeen(
  seen: Uint8Array,
  { grid: [gridHeight, gridWidth], cell }: Pick<DrawBoxesOptions, "grid" | "cell">,
): string[] {
  const [height, width] = [cell.height / gridHeight, cell.width / gridWidth];
  return [...seen].map((isSeen, patch) => {
    if (!isSeen) return "";
    const [x, y] = [patch % gridWidth * width, Math.floor(patch / gridWidth) * height];
    return `<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="black" ` +
      `fill-opacity="0.7" shape-rendering="crispEdges"/>`;
  });
}

function drawBox(
  [y0, x0, y1, x1]: Glimpse["box"],
  { scale: [down, right], number }: { scale: readonly [number, number]; number: number },
): string {
  const [x, y] = [x0 * right, y0 * down];
  const outline = (inset: number, style: string) =>
    `<rect x="${x + inset}" y="${y + inset}" width="${(x1 - x0) * right - 2 * inset}" ` +
    `height="${(y1 - y0) * down - 2 * inset}" fill="none" ${style}/>`;
  const label = String(number);
  const labelWidth = textWidth(label, LABEL) + 2 * PADDING;
  return outline(1.5, `stroke="${LINE.outer}" stroke-width="${LINE.width + 1}"`) +
    outline(1.5, `stroke="${LINE.inner}" stroke-width="${LINE.width - 0.5}"`) +
    `<rect x="${x + 1}" y="${y + 1}" width="${labelWidth}" height="${LABEL.fontSize + PADDING}" ` +
    `fill="${LINE.inner}"/>` +
    svgText(label, {
      ...LABEL,
      x: x + 1 + PADDING,
      y: y + LABEL.fontSize,
      room: Infinity,
    });
}
