/**
 * Sets pictures in a table, a row a photo, and draws it as a PNG.
 *
 * @module
 */
import { encodePng } from "./png.ts";
import { FONT_FAMILY, rasterise } from "./rasterise.ts";
import { resizeImage } from "./resize.ts";
import type { RgbImage } from "./rgb_image.ts";
import { ellipsise, textWidth } from "./text_width.ts";

/** A row of a contact sheet. */
export interface ContactSheetRow {
  /** What stands beneath the row's first picture: a file name. */
  readonly caption: string;
  /** A picture a column. */
  readonly cells: readonly RgbImage[];
}

/** What a contact sheet shows. */
export interface ContactSheetOptions {
  /** The line above everything; none unless given. */
  readonly title?: string;
  /** The headings; the sheet has as many columns. */
  readonly columns: readonly string[];
  /** The rows, top to bottom. */
  readonly rows: readonly ContactSheetRow[];
  /** Side of the square that a picture is fitted into, in pixels. */
  readonly cellSize: number;
  /** Lines beneath everything; none unless given. */
  readonly footer?: readonly string[];
}

/** Where the parts of a sheet lie, in pixels from its top left corner. */
export interface ContactSheetLayout {
  /** The sheet's width. */
  readonly width: number;
  /** The sheet's height. */
  readonly height: number;
  /** Left edge of each column. */
  readonly columnLeft: readonly number[];
  /** Baseline of the headings. */
  readonly headingBaseline: number;
  /** Top edge of each row's pictures. */
  readonly rowTop: readonly number[];
  /** Baseline of the first footer line. */
  readonly footerBaseline: number;
}

const MARGIN = 28;
const GAP = 14;
const TITLE = { fontSize: 20, bold: true, colour: "#111111", lineHeight: 40 };
const HEADING = { fontSize: 13, bold: true, colour: "#333333", lineHeight: 24 };
const CAPTION = { fontSize: 12, bold: false, colour: "#555555", lineHeight: 24 };
const FOOTER = { fontSize: 12, bold: false, colour: "#333333", lineHeight: 19 };
const ROW_GAP = 12;

type TextKind = typeof TITLE;

/**
 * Draws a contact sheet: a row a photo, headings above the columns, captions beneath the rows, on white.
 *
 * Each picture is enlarged or shrunk to fit its square, centred, its aspect ratio kept; an enlarged one
 * shows its pixels as squares. Texts that do not fit are shortened in the middle.
 *
 * @returns A PNG file.
 * @throws {RangeError} When there are no columns or rows, or `cellSize` is not a positive integer.
 * @throws {TypeError} When a row has another number of pictures than there are columns.
 */
export async function contactSheet(options: ContactSheetOptions): Promise<Uint8Array> {
  assertComplete(options);
  const { columns, rows, cellSize, title, footer = [] } = options;
  const layout = layOutSheet(options);
  const room = layout.width - 2 * MARGIN;
  const parts = [`<rect width="100%" height="100%" fill="white"/>`];
  if (title) parts.push(drawText(title, TITLE, { x: MARGIN, y: MARGIN + TITLE.fontSize, room }));
  for (const [column, heading] of columns.entries()) {
    const x = layout.columnLeft[column];
    parts.push(drawText(heading, HEADING, { x, y: layout.headingBaseline, room: cellSize }));
  }
  for (const [i, { caption, cells }] of rows.entries()) {
    const top = layout.rowTop[i];
    for (const [column, cell] of cells.entries()) {
      parts.push(await drawCell(cell, { left: layout.columnLeft[column], top, cellSize }));
    }
    const y = top + cellSize + CAPTION.fontSize + 4;
    parts.push(drawText(caption, CAPTION, { x: MARGIN, y, room }));
  }
  for (const [i, line] of footer.entries()) {
    const y = layout.footerBaseline + i * FOOTER.lineHeight;
    parts.push(drawText(line, FOOTER, { x: MARGIN, y, room }));
  }
  return await rasterise(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${layout.width}" height="${layout.height}">` +
      `${parts.join("")}</svg>`,
  );
}

/**
 * Says where the parts of a contact sheet lie.
 *
 * The sheet is as wide as its columns, or its title or widest footer line where those are wider.
 */
export function layOutSheet(
  { title, columns, rows, cellSize, footer = [] }: ContactSheetOptions,
): ContactSheetLayout {
  const step = cellSize + GAP;
  const widest = Math.max(
    columns.length * step - GAP,
    ...footer.map((line) => Math.ceil(textWidth(line, FOOTER))),
  );
  const headingBaseline = MARGIN + (title ? TITLE.lineHeight : 0) + HEADING.fontSize;
  const firstRow = MARGIN + (title ? TITLE.lineHeight : 0) + HEADING.lineHeight;
  const rowHeight = cellSize + CAPTION.lineHeight + ROW_GAP;
  const afterRows = firstRow + rows.length * rowHeight - ROW_GAP;
  const footerHeight = footer.length > 0 ? ROW_GAP + footer.length * FOOTER.lineHeight : 0;
  return {
    width: widest + 2 * MARGIN,
    height: afterRows + footerHeight + MARGIN,
    columnLeft: columns.map((_, i) => MARGIN + i * step),
    headingBaseline,
    rowTop: rows.map((_, i) => firstRow + i * rowHeight),
    footerBaseline: afterRows + ROW_GAP + FOOTER.fontSize,
  };
}

function drawText(
  text: string,
  { fontSize, bold, colour }: TextKind,
  { x, y, room }: { x: number; y: number; room: number },
): string {
  const weight = bold ? "bold" : "normal";
  return `<text x="${x}" y="${y}" font-family="${FONT_FAMILY}" font-size="${fontSize}" ` +
    `font-weight="${weight}" fill="${colour}">${
      escape(ellipsise(text, room, { fontSize, bold }))
    }</text>`;
}

async function drawCell(
  image: RgbImage,
  { left, top, cellSize }: { left: number; top: number; cellSize: number },
): Promise<string> {
  const scale = cellSize / Math.max(image.width, image.height);
  const width = Math.max(1, Math.round(image.width * scale));
  const height = Math.max(1, Math.round(image.height * scale));
  const picture = scale < 1
    ? resizeImage(image, { width, height }, { interpolation: "bicubic" })
    : image;
  const x = left + Math.floor((cellSize - width) / 2);
  const y = top + Math.floor((cellSize - height) / 2);
  return `<image x="${x}" y="${y}" width="${width}" height="${height}" ` +
    `preserveAspectRatio="none" image-rendering="optimizeSpeed" ` + // which is: pixels as squares
    `href="data:image/png;base64,${(await encodePng(picture)).toBase64()}"/>`;
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function assertComplete({ columns, rows, cellSize }: ContactSheetOptions): void {
  if (columns.length === 0 || rows.length === 0) {
    throw new RangeError(
      `Cannot draw contact sheet: it is ${rows.length} rows of ${columns.length} columns, ` +
        `expected at least one of each`,
    );
  }
  if (!Number.isInteger(cellSize) || cellSize < 1) {
    throw new RangeError(
      `Cannot draw contact sheet: cellSize is ${cellSize}, expected a positive integer`,
    );
  }
  for (const { caption, cells } of rows) {
    if (cells.length === columns.length) continue;
    throw new TypeError(
      `Cannot draw contact sheet: row ${caption} is ${cells.length} pictures, ` +
        `expected ${columns.length}`,
    );
  }
}
