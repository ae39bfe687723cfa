/**
 * Draws what Vega-Lite's grammar describes.
 *
 * @module
 */
import type { TopLevelSpec } from "vega-lite";
import { textWidth } from "./text_width.ts";

/**
 * Draws a chart as an SVG document; the specification holds its data.
 *
 * @internal
 */
export async function drawChart(specification: TopLevelSpec): Promise<string> {
  // They take a fifth of a second to load, and most runs draw no chart.
  const [{ compile }, vega] = await Promise.all([import("vega-lite"), import("vega")]);
  measureTextIn(vega);
  const view = new vega.View(vega.parse(compile(specification).spec), { renderer: "none" });
  const svg = await view.toSVG();
  view.finalize();
  return svg;
}

/** Without a canvas Vega guesses the width of a text from its length alone, and far too much. */
function measureTextIn(vega: object): void {
  const { textMetrics } = vega as { textMetrics: VegaTextMetrics }; // missing in Vega's types
  textMetrics.width = ({ fontSize, fontWeight }, text) =>
    textWidth(String(text), { fontSize, bold: fontWeight === "bold" });
}

interface VegaTextMetrics {
  width: (item: { fontSize: number; fontWeight?: string }, text: unknown) => number;
}
