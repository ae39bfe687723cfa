/**
 * Draws line charts: loss curves and the like.
 *
 * @module
 */
import { describeChart } from "./chart_specification.ts";
import { rasterise } from "./rasterise.ts";
import { textWidth } from "./text_width.ts";

/** A place in a chart, in the units of its axes. */
export interface ChartPoint {
  /** Along the horizontal axis. */
  readonly x: number;
  /** Along the vertical axis. */
  readonly y: number;
}

/** A line with its name. */
export interface ChartSeries {
  /** What the legend calls it. */
  readonly name: string;
  /** The line's points; what is not finite leaves a gap. */
  readonly points: readonly ChartPoint[];
}

/** A vertical rule with its name, such as the start of a phase. */
export interface ChartMark {
  /** Where it stands on the horizontal axis. */
  readonly x: number;
  /** What is written beside it. */
  readonly label: string;
}

/** What a chart shows. */
export interface LineChartOptions {
  /** The line above the chart. */
  readonly title: string;
  /** What the horizontal axis counts. */
  readonly xTitle: string;
  /** What the vertical axis measures. */
  readonly yTitle: string;
  /** The lines; a legend names them when there is more than one. */
  readonly series: readonly ChartSeries[];
  /** Vertical rules; none unless given. */
  readonly marks?: readonly ChartMark[];
  /** `log` leaves gaps where y is not positive; `linear` unless said otherwise. */
  readonly yScale?: "linear" | "log";
}

/** Pixels of the PNG for a unit of the SVG. */
const PNG_SCALE = 2;

/**
 * Draws a line chart.
 *
 * @returns The chart as an SVG document, and drawn as a PNG file at twice its size.
 * @throws {RangeError} When no series has a point that can be drawn.
 */
export async function lineChart(
  options: LineChartOptions,
): Promise<{ svg: string; png: Uint8Array }> {
  const specification = describeChart(options);
  // They take a fifth of a second to load, and most runs draw no chart.
  const [{ compile }, vega] = await Promise.all([import("vega-lite"), import("vega")]);
  measureTextIn(vega);
  const view = new vega.View(vega.parse(compile(specification).spec), { renderer: "none" });
  const svg = await view.toSVG();
  view.finalize();
  return { svg, png: await rasterise(svg, { scale: PNG_SCALE }) };
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
