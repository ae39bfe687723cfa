/**
 * Sets pictures in a table, a row a photo, and draws it as a PNG.
 *
 * @module
 */
import { type ColourLegend, colourLegendWidth, drawColourLegend } from "./colour_legend.ts";
import { rasterise } from "./rasterise.ts";
import type { RgbImage } from "./rgb_image.ts";
import { svgImageFitted } from "./svg_image.ts";
import { svgText } from "./svg_text.ts";
import { textWidth } from "./text_width.ts";

/** A row of a contact sheet. */
export interface ContactSheetRow {
  /** What stands beneath the row's first picture: a file name. */
  readonly caption: string;
  /** What stands beneath its last picture, e.g. a score; nothing unless given. */
  readonly note?: string;
  /** A picture a column. */
  readonly cells: readonly RgbImage[];
}

/** The size of a picture's frame, in pixels. */
export interface CellSize {
  /** From the left to the right edge. */
  readonly width: number;
  /** From the top to the bottom edge. */
  readonly height: number;
}

/** What a contact sheet shows. */
export interface ContactSheetOptions {
  /** The line above everything; none unless given. */
  readonly title?: string;
  /** What the colours mean, right of the title; none unless given. */
  readonly legend?: ColourLegend;
  /** The headings; the sheet has as many columns. */
  readonly columns: readonly string[];
  /** The rows, top to bottom. */
  readonly rows: readonly ContactSheetRow[];
  /** The frame that a picture is fitted into, in pixels. */
  readonly cell: CellSize;
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
  /** Baseline of the title and the legend. */
  readonly titleBaseline: number;
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

/**
 * Draws a contact sheet: a row a photo, headings above the columns, captions beneath the rows, on white.
 *
 * Each picture is enlarged or shrunk to fit its frame, centred, its aspect ratio kept; an enlarged one
 * shows its pixels as squares. Texts that do not fit are shortened in the middle.
 *
 * @returns A PNG file.
 * @throws {RangeError} When there are no columns or rows, or a side of `cell` is not a positive integer.
 * @throws {TypeError} When a row has another number of pictures than there are columns.
 */
export async function contactSheet(options: ContactSheetOptions): Promise<Uint8Array> {
  assertComplete(options);
  const layout = layOutSheet(options);
  const parts = [
    `<rect width="100%" height="100%" fill="white"/>`,
    await drawHead(options, layout),
    ...await Promise.all(options.rows.map((row, i) => drawRow(row, { i, options, layout }))),
    drawFooter(options, layout),
  ];
  return await rasterise(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${layout.width}" height="${layout.height}">` +
      `${parts.join("")}</svg>`,
  );
}

/**
 * Says where the parts of a contact sheet lie.
 *
 * The sheet is as wide as its columns, or its title with the legend or its widest footer line where
 * those are wider.
 */
export function layOutSheet(
  { title, legend, columns, rows, cell, footer = [] }: ContactSheetOptions,
): ContactSheetLayout {
  const step = cell.width + GAP;
  const widest = Math.max(
    columns.length * step - GAP,
    (title ? Math.ceil(textWidth(title, TITLE)) + 2 * GAP : 0) +
      (legend ? colourLegendWidth(legend) : 0),
    ...footer.map((line) => Math.ceil(textWidth(line, FOOTER))),
  );
  const top = MARGIN + (title || legend ? TITLE.lineHeight : 0);
  const firstRow = top + HEADING.lineHeight;
  const rowHeight = cell.height + CAPTION.lineHeight + ROW_GAP;
  const afterRows = firstRow + rows.length * rowHeight - ROW_GAP;
  const footerHeight = footer.length > 0 ? ROW_GAP + footer.length * FOOTER.lineHeight : 0;
  return {
    width: widest + 2 * MARGIN,
    height: afterRows + footerHeight + MARGIN,
    columnLeft: columns.map((_, i) => MARGIN + i * step),
    titleBaseline: MARGIN + TITLE.fontSize,
    headingBaseline: top + HEADING.fontSize,
    rowTop: rows.map((_, i) => firstRow + i * rowHeight),
    footerBaseline: afterRows + ROW_GAP + FOOTER.fontSize,
  };
}

async function drawHead(
  { title, legend, columns, cell }: ContactSheetOptions,
  { width, titleBaseline, headingBaseline, columnLeft }: ContactSheetLayout,
): Promise<string> {
  const parts = columns.map((heading, column) =>
    svgText(heading, { ...HEADING, x: columnLeft[column], y: headingBaseline, room: cell.width })
  );
  if (title) parts.push(svgText(title, { ...TITLE, x: MARGIN, y: titleBaseline, room: width }));
  if (legend) {
    parts.push(await drawColourLegend(legend, { right: width - MARGIN, baseline: titleBaseline }));
  }
  return parts.join("");
}

async function drawRow(
  { caption, note = "", cells }: ContactSheetRow,
  { i, options: { cell }, layout: { columnLeft, rowTop } }: {
    i: number;
    options: ContactSheetOptions;
    layout: ContactSheetLayout;
  },
): Promise<string> {
  const top = rowTop[i];
  const pictures = cells.map((image, column) =>
    svgImageFitted(image, { ...cell, x: columnLeft[column], y: top })
  );
  const right = columnLeft.at(-1)! + cell.width;
  const y = top + cell.height + CAPTION.fontSize + 5;
  const noteRoom = note ? textWidth(note, CAPTION) + GAP : 0;
  const texts = [
    svgText(caption, { ...CAPTION, x: MARGIN, y, room: right - MARGIN - noteRoom }),
    svgText(note, { ...CAPTION, x: right, y, room: right - MARGIN, alignment: "end" }),
  ];
  return [...await Promise.all(pictures), ...texts].join("");
}

function drawFooter(
  { footer = [] }: ContactSheetOptions,
  { width, footerBaseline }: ContactSheetLayout,
): string {
  return footer.map((line, i) =>
    svgText(line, { ...FOOTER, x: MARGIN, y: footerBaseline + i * FOOTER.lineHeight, room: width })
  ).join("");
}

function assertComplete({ columns, rows, cell }: ContactSheetOptions): void {
  if (columns.length === 0 || rows.length === 0) {
    throw new RangeError(
      `Cannot draw contact sheet: it is ${rows.length} rows of ${columns.length} columns, ` +
        `expected at least one of each`,
    );
  }
  if (![cell.width, cell.height].every((side) => Number.isInteger(side) && side > 0)) {
    throw new RangeError(
      `Cannot draw contact sheet: cell is ${cell.width}×${cell.height}, expected positive integers`,
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
