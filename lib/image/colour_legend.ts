/**
 * A key to the colours of painted maps.
 *
 * @module
 */
import { colourise } from "./colour_map.ts";
import { svgImage } from "./svg_image.ts";
import { svgText } from "./svg_text.ts";
import { textWidth } from "./text_width.ts";

/** What the two ends of the colour map mean. */
export interface ColourLegend {
  /** Beside the dark end. */
  readonly low: string;
  /** Beside the pale end. */
  readonly high: string;
}

const STRIP = { width: 128, height: 12 };
const GAP = 7;
const TEXT = { fontSize: 12, colour: "#555555" };

/** Measures a legend, in pixels. */
export function colourLegendWidth({ low, high }: ColourLegend): number {
  const words = textWidth(low, TEXT) + textWidth(high, TEXT);
  return Math.ceil(words) + 2 * GAP + STRIP.width;
}

/**
 * Draws a legend as SVG elements: the word for low values, all colours, the word for high ones.
 *
 * @param legend The two words.
 * @param place Where it ends on the right, and the baseline of its words, in pixels.
 */
export async function drawColourLegend(
  { low, high }: ColourLegend,
  { right, baseline: y }: { right: number; baseline: number },
): Promise<string> {
  const left = Math.floor(right - textWidth(high, TEXT) - GAP - STRIP.width);
  const x = left + STRIP.width + GAP;
  const ramp = Float32Array.from({ length: STRIP.width }, (_, i) => i / (STRIP.width - 1));
  const colours = colourise(ramp, { height: 1, width: STRIP.width });
  return svgText(low, { ...TEXT, x: left - GAP, y, room: Infinity, alignment: "end" }) +
    await svgImage(colours, { ...STRIP, x: left, y: y - STRIP.height + 2 }) +
    svgText(high, { ...TEXT, x, y, room: Infinity });
}
