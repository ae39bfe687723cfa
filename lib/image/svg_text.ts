/**
 * Lines of text in SVG.
 *
 * @module
 */
import { FONT_FAMILY } from "./rasterise.ts";
import { ellipsise, type TextStyle } from "./text_width.ts";

/** How a line is set, and in which colour. */
export interface SvgTextStyle extends TextStyle {
  /** As in CSS. */
  readonly colour: string;
}

/** Where a line stands. */
export interface SvgTextPlace {
  /** Where it begins; with `alignment` "end", where it ends. */
  readonly x: number;
  /** Its baseline. */
  readonly y: number;
  /** The width that it may take. */
  readonly room: number;
  /** `start` unless said otherwise. */
  readonly alignment?: "start" | "end";
}

/**
 * Writes a line of text as an SVG element, shortened in its middle where it does not fit.
 *
 * @param text One line, of any characters.
 * @param options How it looks and where it stands.
 */
export function svgText(
  text: string,
  { fontSize, bold = false, colour, x, y, room, alignment = "start" }: SvgTextStyle & SvgTextPlace,
): string {
  return `<text x="${x}" y="${y}" font-family="${FONT_FAMILY}" font-size="${fontSize}" ` +
    `font-weight="${bold ? "bold" : "normal"}" fill="${colour}" text-anchor="${alignment}">` +
    `${escape(ellipsise(text, room, { fontSize, bold }))}</text>`;
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
