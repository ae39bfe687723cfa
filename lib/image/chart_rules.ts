/**
 * Rules across charts, each with its label, in Vega-Lite's grammar.
 *
 * @module
 */
import type { TopLevelSpec } from "vega-lite";
import { type ChartLook, LABEL_SIZE } from "./chart_theme.ts";
import type { ChartLevel, ChartMark } from "./line_chart.ts";
import { textWidth } from "./text_width.ts";

/**
 * A part of a chart.
 *
 * @internal
 */
export type Layer = Extract<TopLevelSpec, { layer: unknown }>["layer"][number];

/** Between a rule and its label. */
const LABEL_GAP = 5;
const DASHES = [4, 4];

/**
 * Describes a vertical rule a mark, its label at the right of it where that fits, else at the left.
 *
 * @internal
 */
export function describeMarks(
  marks: readonly ChartMark[],
  { places, look }: { places: readonly number[]; look: ChartLook },
): Layer[] {
  if (marks.length === 0) return [];
  const all = [...places, ...marks.map(({ x }) => x)];
  const [least, most] = all.reduce(
    ([low, high], x) => [Math.min(low, x), Math.max(high, x)],
    [Infinity, -Infinity],
  );
  const room = (x: number) => look.width * (most - x) / (most - least) - LABEL_GAP;
  const hasRoomAtRight = ({ x, label }: ChartMark) =>
    textWidth(label, { fontSize: LABEL_SIZE }) < room(x);
  return [
    {
      data: { values: [...marks] },
      mark: { type: "rule", strokeDash: DASHES, color: look.rule },
      encoding: { x: { field: "x", type: "quantitative" } },
    },
    describeLabels(marks.filter(hasRoomAtRight), { align: "left", look }),
    describeLabels(marks.filter((mark) => !hasRoomAtRight(mark)), { align: "right", look }),
  ];
}

function describeLabels(
  marks: readonly ChartMark[],
  { align, look }: { align: "left" | "right"; look: ChartLook },
): Layer {
  return {
    data: { values: [...marks] },
    mark: {
      type: "text",
      align,
      dx: align === "left" ? LABEL_GAP : -LABEL_GAP,
      dy: 6,
      fontSize: LABEL_SIZE,
      color: look.faint,
    },
    encoding: {
      x: { field: "x", type: "quantitative" },
      y: { value: 0 },
      text: { field: "label" },
    },
  };
}

/**
 * Describes a horizontal rule a level, its label above its left end; levels too near for a label each
 * share one.
 *
 * @internal
 */
export function describeLevels(
  levels: readonly ChartLevel[],
  { heights, look }: { heights: readonly number[]; look: ChartLook },
): Layer[] {
  if (levels.length === 0) return [];
  const all = [...heights, ...levels.map(({ y }) => y)].toSorted((a, b) => a - b);
  const lineHeight = (LABEL_SIZE + LABEL_GAP) * (all[all.length - 1] - all[0]) / look.height;
  const y = { field: "y", type: "quantitative" as const };
  return [
    {
      data: { values: [...levels] },
      mark: { type: "rule", strokeDash: DASHES, color: look.rule },
      encoding: { y },
    },
    {
      data: { values: shareLabels(levels, lineHeight) },
      mark: {
        type: "text",
        align: "left",
        dx: LABEL_GAP,
        dy: -LABEL_GAP,
        fontSize: LABEL_SIZE,
        color: look.faint,
      },
      encoding: { x: { value: 0 }, y, text: { field: "label" } },
    },
  ];
}

/** Joins the labels of levels within a line's height of the lowest among them, above the uppermost. */
function shareLabels(levels: readonly ChartLevel[], lineHeight: number): ChartLevel[] {
  const groups: ChartLevel[][] = [];
  for (const level of levels.toSorted((a, b) => a.y - b.y)) {
    const group = groups.at(-1);
    if (group && level.y - group[0].y < lineHeight) group.push(level);
    else groups.push([level]);
  }
  return groups.map((group) => ({
    y: group[group.length - 1].y,
    label: group.map(({ label }) => label).join(", "),
  }));
}
