/**
 * Says in Vega-Lite's grammar what a line chart looks like.
 *
 * @module
 */
import type { TopLevelSpec } from "vega-lite";
import type { ChartMark, LineChartOptions } from "./line_chart.ts";
import { FONT_FAMILY } from "./rasterise.ts";
import { ellipsise, textWidth } from "./text_width.ts";

type Layer = Extract<TopLevelSpec, { layer: unknown }>["layer"][number];

/** Okabe & Ito 2008: told apart by colour-blind readers too. */
const PALETTE = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000"];
const WIDTH = 640;
const HEIGHT = 340;
/** Up to this many points each is drawn as a dot as well; more would hide the line. */
const MOST_DOTS = 40;
const TITLE_STYLE = { fontSize: 16, bold: true };
const LABEL_SIZE = 11;
/** Between a rule and its label. */
const LABEL_GAP = 5;
/** Names side by side in the legend. */
const LEGEND_COLUMNS = 3;

/**
 * Describes a line chart: the lines, a legend where there are several, and the vertical rules.
 *
 * @internal
 * @returns A Vega-Lite specification that holds its data.
 * @throws {RangeError} When no series has a point that can be drawn.
 */
export function describeChart(options: LineChartOptions): TopLevelSpec {
  const { title, series, marks = [], yScale = "linear" } = options;
  const points = series.flatMap(({ name, points }) =>
    points.map(({ x, y }) => ({ name, x, y: yScale === "log" && y <= 0 ? NaN : y }))
  );
  const places = points.filter(({ x, y }) => Number.isFinite(x + y)).map(({ x }) => x);
  if (places.length === 0) {
    throw new RangeError(
      `Cannot draw line chart: "${title}" has 0 points to draw, expected at least 1`,
    );
  }
  return {
    data: { values: points },
    width: WIDTH,
    height: HEIGHT,
    padding: 16,
    background: "white",
    title: {
      text: ellipsise(title, WIDTH, TITLE_STYLE),
      anchor: "start",
      fontSize: TITLE_STYLE.fontSize,
      offset: 12,
    },
    layer: [describeLines(options), ...describeMarks(marks, places)],
    config: {
      font: FONT_FAMILY,
      axis: {
        labelFontSize: LABEL_SIZE,
        titleFontSize: 12,
        titlePadding: 10,
        gridColor: "#e6e6e6",
      },
      axisX: {
        grid: false,
        labelFlush: false,
        ...(places.every(Number.isInteger) && { tickMinStep: 1 }),
      },
      legend: { labelFontSize: 12, labelLimit: WIDTH, symbolStrokeWidth: 3, symbolType: "stroke" },
      view: { stroke: null },
    },
  };
}

function describeLines({ xTitle, yTitle, series, yScale }: LineChartOptions): Layer {
  const names = series.map(({ name }) => name);
  const longest = Math.max(...series.map(({ points }) => points.length));
  return {
    mark: { type: "line", strokeWidth: 1.5, point: longest <= MOST_DOTS && { size: 36 } },
    encoding: {
      x: {
        field: "x",
        type: "quantitative",
        title: xTitle,
        scale: { zero: false, nice: false },
      },
      y: {
        field: "y",
        type: "quantitative",
        title: yTitle,
        scale: yScale === "log" ? { type: "log" } : { zero: false },
        axis: { tickCount: 6 },
      },
      color: {
        field: "name",
        type: "nominal",
        scale: { domain: names, range: PALETTE },
        legend: names.length > 1 ? { title: null, orient: "top", columns: LEGEND_COLUMNS } : null,
      },
    },
  };
}

/** A rule a mark, its label at the right of it where that fits, else at the left. */
function describeMarks(marks: readonly ChartMark[], places: readonly number[]): Layer[] {
  if (marks.length === 0) return [];
  const all = [...places, ...marks.map(({ x }) => x)];
  const [least, most] = all.reduce(
    ([low, high], x) => [Math.min(low, x), Math.max(high, x)],
    [Infinity, -Infinity],
  );
  const hasRoomAtRight = ({ x, label }: ChartMark) =>
    textWidth(label, { fontSize: LABEL_SIZE }) < WIDTH * (most - x) / (most - least) - LABEL_GAP;
  return [
    {
      data: { values: [...marks] },
      mark: { type: "rule", strokeDash: [4, 4], color: "#777777" },
      encoding: { x: { field: "x", type: "quantitative" } },
    },
    describeLabels(marks.filter(hasRoomAtRight), "left"),
    describeLabels(marks.filter((mark) => !hasRoomAtRight(mark)), "right"),
  ];
}

function describeLabels(marks: readonly ChartMark[], align: "left" | "right"): Layer {
  return {
    data: { values: [...marks] },
    mark: {
      type: "text",
      align,
      dx: align === "left" ? LABEL_GAP : -LABEL_GAP,
      dy: 6,
      fontSize: LABEL_SIZE,
      color: "#555555",
    },
    encoding: {
      x: { field: "x", type: "quantitative" },
      y: { value: 0 },
      text: { field: "label" },
    },
  };
}
