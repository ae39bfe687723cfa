/**
 * A report's charts, each with its words.
 *
 * @module
 */
import { boxChartSvg } from "../image/box_chart.ts";
import { type LineChartOptions, lineChartSvg } from "../image/line_chart.ts";
import type { Curves, EvaluationFile, ImageScoresLine } from "../run/evaluation_file.ts";
import { describeLossCurve, type StepMetrics } from "../run/step_metrics.ts";
import { type Html, html } from "./html.ts";
import { formatNumber } from "./numbers.ts";
import { chartFigure } from "./page.ts";
import { intervalTable } from "./score_table.ts";

/** Draws the loss over the steps. */
export async function lossFigure(steps: readonly StepMetrics[]): Promise<Html> {
  const curve = describeLossCurve(steps);
  const [{ points }] = curve.series;
  const [first, last] = [points[0], points[points.length - 1]].map(({ y }) => formatNumber(y));
  const description = `Binary cross-entropy of the training over ${steps.length} steps, from ` +
    `${first} to ${last}.`;
  return chartFigure(await lineChartSvg(curve, "page"), { description });
}

/** Draws how a measure of the single photos is spread, for each predictor. */
export async function spreadFigure(
  images: readonly ImageScoresLine[],
  { evaluation: { predictors, measures }, measure }: {
    evaluation: EvaluationFile;
    measure: string;
  },
): Promise<Html> {
  const title = measures.find(({ name }) => name === measure)?.title ?? measure;
  const distributions = predictors.map(({ name, title }) => ({
    name: title,
    values: images.flatMap(({ scores }) => scores[name]?.[measure] ?? []),
  })).filter(({ values }) => values.length > 0);
  const medians = distributions.map(({ name, values }) =>
    `${name} ${formatNumber(medianOf(values))}`
  );
  const svg = await boxChartSvg({
    title: `${title} of each photo`,
    valueTitle: title,
    distributions,
  }, "page");
  const description =
    `${title} of each of ${images.length} photos. A box holds the middle half, its ` +
    `line is the median, dots are photos far out. Medians: ${medians.join(", ")}.`;
  return chartFigure(svg, { description });
}

/** Draws mean curves with their intervals, a line a predictor, and a table of the curves' means. */
export async function curvesFigure(
  { xTitle, yTitle, byPredictor }: Curves,
  { title, evaluation: { predictors } }: { title: string; evaluation: EvaluationFile },
): Promise<Html> {
  const known = predictors.map(({ name }) => name);
  const titleOf = (name: string) => predictors[known.indexOf(name)]?.title ?? name;
  const rank = (name: string) => known.includes(name) ? known.indexOf(name) : known.length;
  const lines = Object.entries(byPredictor).toSorted(([a], [b]) => rank(a) - rank(b));
  const options: LineChartOptions = {
    title,
    xTitle,
    yTitle,
    yDomain: [0, 1], // shares and probabilities
    series: lines.map(([name, { points }]) => ({
      name: titleOf(name),
      points: points.map(({ mean, ...point }) => ({ ...point, y: mean })),
    })),
  };
  const description =
    `${title}: ${yTitle} over ${xTitle}, with intervals of 95 %; the table below ` +
    "holds each curve's mean.";
  const means = intervalTable(lines.map(([name, { area }]) => [titleOf(name), area]), {
    caption: `${title}: mean of each curve`,
    nameTitle: "Map",
    valueTitle: "mean",
  });
  return html`<div>${
    chartFigure(await lineChartSvg(options, "page"), { description })
  }${means}</div>`;
}

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return (sorted[Math.floor(middle)] + sorted[Math.ceil(middle)]) / 2;
}
