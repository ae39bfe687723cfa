/**
 * Draws line charts: loss curves and the like.
 *
 * @module
 */
import { describeChart } from "./chart_specification.ts";
import type { ChartTheme } from "./chart_theme.ts";
import { drawChart } from "./draw_chart.ts";
import { rasterise } from "./rasterise.ts";

/** A place in a chart, in the units of its axes. */
export interface ChartPoint {
  /** Along the horizontal axis. */
  readonly x: number;
  /** Along the vertical axis. */
  readonly y: number;
  /** The lower end of y's interval, drawn where both ends are given. */
  readonly low?: number;
  /** The upper end of y's interval. */
  readonly high?: number;
}

/** A line with its name. */
export interface ChartSeries {
  /** What the legend calls it. */
  readonly name: string;
  /** The line's points; what is not finite leaves a gap. */
  readonly points: readonly ChartPoint[];
  /** Sets the line back behind the solid ones; false unless said otherwise. */
  readonly dashed?: boolean;
}

/** A vertical rule with its name, such as the start of a phase. */
export interface ChartMark {
  /** Where it stands on the horizontal axis. */
  readonly x: number;
  /** What is written beside it. */
  readonly label: string;
}

/** A horizontal rule with its name, such as a baseline. */
export interface ChartLevel {
  /** Where it lies on the vertical axis. */
  readonly y: number;
  /** What is written above it. */
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
  /** Horizontal rules; none unless given. */
  readonly levels?: readonly ChartLevel[];
  /** `log` leaves gaps where x is not positive; `linear` unless said otherwise. */
  readonly xScale?: "linear" | "log";
  /** `log` leaves gaps where y is not positive; `linear` unless said otherwise. */
  readonly yScale?: "linear" | "log";
  /** Where the vertical axis begins and ends; where the data do unless given. */
  readonly yDomain?: readonly [low: number, high: number];
  /** How intervals are drawn: `band` unless said otherwise. */
  readonly intervals?: "band" | "bar";
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
  const svg = await lineChartSvg(options, "picture");
  return { svg, png: await rasterise(svg, { scale: PNG_SCALE }) };
}

/**
 * Draws a line chart as an SVG document.
 *
 * @throws {RangeError} When no series has a point that can be drawn.
 */
export async function lineChartSvg(options: LineChartOptions, theme: ChartTheme): Promise<string> {
  return await drawChart(describeChart(options, theme));
}
