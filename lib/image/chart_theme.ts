/**
 * How charts look, in files of their own and within a page.
 *
 * @module
 */
import type { TopLevelSpec } from "vega-lite";
import { FONT_FAMILY } from "./rasterise.ts";

/**
 * `picture`: black on white. `page`: the page's own colours (`--series-1` to `--series-7`
 * for the lines), and small enough for a phone.
 */
export type ChartTheme = "picture" | "page";

/** Okabe & Ito 2008: told apart by colour-blind readers too. */
const PALETTE = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000"];

const LOOKS = {
  picture: {
    width: 640,
    height: 340,
    padding: 16,
    background: "white",
    font: FONT_FAMILY,
    ink: "#000000",
    faint: "#555555",
    rule: "#777777",
    grid: "#e6e6e6",
    gridOpacity: 1,
    titleSize: 16,
    legendColumns: 3,
    aria: true,
    palette: PALETTE,
  },
  page: {
    width: 320,
    height: 220,
    padding: 4,
    background: "transparent",
    font: `${FONT_FAMILY}, Verdana, sans-serif`, // Verdana is as wide
    ink: "currentColor",
    faint: "currentColor",
    rule: "currentColor",
    grid: "currentColor",
    gridOpacity: 0.18,
    titleSize: 13,
    legendColumns: 1,
    aria: false, // the page says in words what the chart shows; a screen reader need not hear each mark
    palette: PALETTE.map((_, place) => `var(--series-${place + 1})`), // the page's style sheet has them
  },
} as const;

/**
 * Sizes and colours of a theme.
 *
 * @internal
 */
export type ChartLook = typeof LOOKS[ChartTheme];

/** Size of the words beside marks and axes, in the chart's units. */
export const LABEL_SIZE = 11;

/**
 * Sizes and colours of a theme.
 *
 * @internal
 */
export function chartLook(theme: ChartTheme): ChartLook {
  return LOOKS[theme];
}

/**
 * Vega's configuration of a theme.
 *
 * @internal
 */
export function chartConfig(look: ChartLook): TopLevelSpec["config"] {
  const { ink, font, width } = look;
  return {
    font,
    aria: look.aria,
    axis: {
      labelFontSize: LABEL_SIZE,
      labelColor: ink,
      titleFontSize: 12,
      titleColor: ink,
      titlePadding: 10,
      gridColor: look.grid,
      gridOpacity: look.gridOpacity,
    },
    axisX: { grid: false, labelFlush: false },
    legend: {
      labelFontSize: 12,
      labelColor: ink,
      labelLimit: width,
      symbolStrokeWidth: 3,
      symbolType: "stroke",
      symbolOpacity: 1, // whatever a band's is
    },
    title: { color: ink },
    view: { stroke: null },
  };
}
