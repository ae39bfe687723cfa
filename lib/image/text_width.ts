/**
 * How wide a text becomes in the font that pictures are drawn with: DejaVu Sans.
 *
 * @module
 */

/** How the text is set. */
export interface TextStyle {
  /** In the units that the width is wanted in. */
  readonly fontSize: number;
  /** Bold letters are wider; false unless said otherwise. */
  readonly bold?: boolean;
}

/** Advance widths of DejaVu Sans 2.37 in shares of the font size, letters of nearly equal width together. */
const advances = new Map<string, number>(
  ([
    [0.29, "'ijlIJ"],
    [0.34, " ,.f-/:;\\|"],
    [0.4, "()[]tr!"],
    [0.54, '"*_`sz?c'],
    [0.6, "LFkvxyPTYaoe"],
    [0.64, "ESbdghnpqu$0123456789{}"],
    [0.69, "KAVBRXZCU"],
    [0.77, "HNDGOQ&"],
    [0.84, "w#+<=>^~M"],
    [0.98, "m%W@"],
  ] as const).flatMap(([advance, letters]) => [...letters].map((letter) => [letter, advance])),
);
/** Of letters that the table lacks, such as an ellipsis. */
const WIDEST_ADVANCE = 1;
const BOLD_WIDENING = 1.12;
const COMBINING_MARKS = /\p{Mark}/gu;

/**
 * Measures a line of text, to within a few percent.
 *
 * @returns Its width, in the unit of `fontSize`.
 */
export function textWidth(text: string, { fontSize, bold = false }: TextStyle): number {
  let width = 0;
  for (const letter of text.normalize("NFD").replace(COMBINING_MARKS, "")) {
    width += advances.get(letter) ?? WIDEST_ADVANCE;
  }
  return width * fontSize * (bold ? BOLD_WIDENING : 1);
}

/**
 * Shortens a text until it fits, taking from its middle: of a path both folder and file name stay.
 *
 * @param text One line.
 * @param room The width there is, in the unit of `fontSize`.
 * @param style How it is set.
 * @returns The text itself where it fits, else its beginning and end with an ellipsis between.
 */
export function ellipsise(text: string, room: number, style: TextStyle): string {
  if (textWidth(text, style) <= room) return text;
  const letters = [...text];
  for (let kept = letters.length - 1; kept > 0; kept--) {
    const head = letters.slice(0, Math.floor(kept / 2)).join("");
    const tail = letters.slice(letters.length - Math.ceil(kept / 2)).join("");
    if (textWidth(`${head}…${tail}`, style) <= room) return `${head}…${tail}`;
  }
  return "…";
}
