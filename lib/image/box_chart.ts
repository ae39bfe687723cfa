/**
 * Draws distributions side by side, a box each.
 *
 * @module
 */
import { describeFrame } from "./chart_specification.ts";
import { chartConfig, chartLook, type ChartTheme } from "./chart_theme.ts";
import { drawChart } from "./draw_chart.ts";

/** Values with their name. */
export interface Distribution {
  /** What the axis calls it. */
  readonly name: string;
  /** The values; those that are not finite are left out. */
  readonly values: readonly number[];
}

/** What a chart of boxes shows. */
export interface BoxChartOptions {
  /** The line above the chart. */
  readonly title: string;
  /** What the values are. */
  readonly valueTitle: string;
  /** From top to bottom. */
  readonly distributions: readonly Distribution[];
}

/** Height of a box and the gap to the next, in the chart's units. */
const ROW = 26;

/**
 * Draws a box a distribution, from quartile to quartile with the median inside; whiskers reach to the
 * farthest values within one and a half boxes (Tukey 1977), the values beyond are dots.
 *
 * @returns An SVG document.
 * @throws {RangeError} When there is no finite value.
 */
export async function boxChartSvg(options: BoxChartOptions, theme: ChartTheme): Promise<string> {
  const { title, valueTitle, distributions } = options;
  const look = chartLook(theme);
  const values = distributions.flatMap(({ name, values }) =>
    values.filter(Number.isFinite).map((value) => ({ name, value }))
  );
  if (values.length === 0) {
    throw new RangeError(`Cannot draw box chart: "${title}" has 0 values, expected at least 1`);
  }
  const names = distributions.map(({ name }) => name);
  const labelWidth = look.width * 0.4;
  return await drawChart({
    ...describeFrame(title, look),
    width: look.width - labelWidth / 2,
    height: ROW * names.length,
    data: { values },
    mark: {
      type: "boxplot",
      size: ROW / 2,
      color: look.palette[0],
      median: { color: look.ink, thickness: 2 },
      rule: { color: look.ink },
      outliers: { size: 12, opacity: 0.5 },
    },
    encoding: {
      x: { field: "value", type: "quantitative", title: valueTitle, scale: { zero: false } },
      y: {
        field: "name",
        type: "nominal",
        title: null,
        sort: names,
        axis: { labelLimit: labelWidth, domain: false, ticks: false, labelPadding: 6 },
      },
    },
    config: { ...chartConfig(look), axisX: { grid: true }, axisY: { grid: false } },
  });
}
