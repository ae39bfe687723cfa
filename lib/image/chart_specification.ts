/**
 * Says in Vega-Lite's grammar what a line chart looks like.
 *
 * @module
 */
import type { TopLevelSpec } from "vega-lite";
import { describeLevels, describeMarks, type Layer } from "./chart_rules.ts";
import { chartConfig, type ChartLook, chartLook, type ChartTheme } from "./chart_theme.ts";
import type { LineChartOptions } from "./line_chart.ts";
import { ellipsise } from "./text_width.ts";

/** Up to this many points each is drawn as a dot as well; more would hide the line. */
const MOST_DOTS = 40;
const DASHING = {
  field: "dashed",
  type: "nominal" as const,
  scale: { domain: [false, true], range: [[1, 0], [5, 4]] },
  legend: null,
};

/**
 * Describes a line chart: the lines with their intervals, a legend where there are several, and the rules.
 *
 * @internal
 * @returns A Vega-Lite specification that holds its data.
 * @throws {RangeError} When no series has a point that can be drawn.
 */
export function describeChart(
  options: LineChartOptions,
  theme: ChartTheme = "picture",
): TopLevelSpec {
  const { marks = [], levels = [] } = options;
  const look = chartLook(theme);
  const points = drawnPoints(options);
  const places = points.map(({ x }) => x).filter(Number.isFinite);
  const heights = points.flatMap(({ y, low = y, high = y }) => [low, high]).filter(Number.isFinite);
  const config = chartConfig(look);
  return {
    ...describeFrame(options.title, look),
    data: { values: points },
    layer: [
      ...describeIntervals(options, look),
      describeLines(options, look),
      ...describeMarks(marks, { places, look }),
      ...describeLevels(levels, { heights, look }),
    ],
    config: {
      ...config,
      axisX: { ...config?.axisX, ...(places.every(Number.isInteger) && { tickMinStep: 1 }) },
    },
  };
}

/**
 * Describes what is around a chart of any kind: its size, background and title.
 *
 * @internal
 */
export function describeFrame(title: string, look: ChartLook) {
  const { width, height, padding, background, titleSize } = look;
  return {
    width,
    height,
    padding,
    background,
    title: {
      text: ellipsise(title, width, { fontSize: titleSize, bold: true }),
      anchor: "start" as const,
      fontSize: titleSize,
      offset: 12,
    },
  };
}

function drawnPoints({ title, series, xScale, yScale }: LineChartOptions) {
  const drawn = (value: number, scale?: "linear" | "log") =>
    scale === "log" && value <= 0 ? NaN : value;
  const points = series.flatMap(({ name, points, dashed = false }) =>
    points.map((point) => ({
      ...point,
      name,
      dashed,
      x: drawn(point.x, xScale),
      y: drawn(point.y, yScale),
    }))
  );
  if (points.some(({ x, y }) => Number.isFinite(x + y))) return points;
  throw new RangeError(
    `Cannot draw line chart: "${title}" has 0 points to draw, expected at least 1`,
  );
}

/** The axes and colours that lines and intervals share. */
function describeEncoding(options: LineChartOptions, { palette, legendColumns }: ChartLook) {
  const { xTitle, yTitle, series, xScale, yScale, yDomain } = options;
  const names = series.map(({ name }) => name);
  return {
    x: {
      field: "x",
      type: "quantitative" as const,
      title: xTitle,
      scale: xScale === "log" ? { type: "log" as const } : { zero: false, nice: false },
    },
    y: {
      field: "y",
      type: "quantitative" as const,
      title: yTitle,
      scale: {
        ...(yScale === "log" ? { type: "log" as const } : { zero: false }),
        ...(yDomain && { domain: [...yDomain] }),
      },
      axis: { tickCount: 6 },
    },
    color: {
      field: "name",
      type: "nominal" as const,
      scale: { domain: names, range: [...palette] },
      legend: names.length > 1
        ? { title: null, orient: "top" as const, columns: legendColumns }
        : null,
    },
  };
}

function describeLines(options: LineChartOptions, look: ChartLook): Layer {
  const longest = Math.max(...options.series.map(({ points }) => points.length));
  return {
    mark: { type: "line", strokeWidth: 1.5, point: longest <= MOST_DOTS && { size: 36 } },
    encoding: {
      ...describeEncoding(options, look),
      ...(options.series.some(({ dashed }) => dashed) && { strokeDash: DASHING }),
    },
  };
}

function describeIntervals(options: LineChartOptions, look: ChartLook): Layer[] {
  const hasIntervals = options.series.some(({ points }) =>
    points.some(({ low, high }) => low !== undefined && high !== undefined)
  );
  if (!hasIntervals) return [];
  const { x, y, color } = describeEncoding(options, look);
  return [{
    mark: options.intervals === "bar"
      ? { type: "rule", strokeWidth: 1.5 }
      : { type: "area", opacity: 0.18, line: false },
    encoding: { x, y: { ...y, field: "low" }, y2: { field: "high" }, color },
  }];
}
