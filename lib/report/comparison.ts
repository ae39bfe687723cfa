/**
 * Students side by side: how much of the teacher's map each recovers, against what it saw.
 *
 * @module
 */
import { strategies, strategyNames } from "../config/strategies.ts";
import type { ChartSeries, LineChartOptions } from "../image/line_chart.ts";
import { shortNameOf } from "../model/model_address.ts";
import type { EvaluationFile, Interval } from "../run/evaluation_file.ts";
import { type ComparisonCell, viewOf } from "./comparison_grid.ts";
import { formatNumber } from "./numbers.ts";
import { standingOf, studentOf } from "./standing.ts";

/** A student of a comparison, and its scores. */
export interface ComparedRun extends ComparisonCell {
  /** Its evaluation, on the photos of all others'. */
  readonly evaluation: EvaluationFile;
}

/** A table: the head, then the rows. */
export type ComparisonTable = readonly (readonly string[])[];

/** The measure that students are compared in. */
const MEASURE = "cc";
/** Scores that agree in so many digits are the same. */
const DIGITS = 9;
/** Not drawn: random weights are at chance, where the uniform map's rule lies already. */
const UNDRAWN = "untrained";
const MARKS = { better: "▼", worse: "▲", open: "" };

/**
 * Tabulates students: what each is and saw, its CC and that of every other predictor on the same photos,
 * with intervals. ▲ beats the student beyond chance (p < 0.05), ▼ is beaten by it.
 *
 * @param runs At least one.
 */
export function tabulate(runs: readonly ComparedRun[]): ComparisonTable {
  const others = runs[0].evaluation.predictors.filter(({ kind }) => kind !== "student");
  const head = [
    ...["student", "strategy", "factor or ratio", "epochs", "seen", "student's CC"],
    ...others.map(({ title }) => title),
  ];
  return [
    head,
    ...runs.map((run) => [
      shortNameOf(run.studentModel),
      ...viewOf(run.degradation).map(String),
      phasesOf(run),
      `${(run.evaluation.seenShare * 100).toFixed(1)} %`,
      describeScore(run.evaluation, studentOf(run.evaluation).name),
      ...others.map(({ name }) => describeScore(run.evaluation, name)),
    ]),
  ];
}

/** Writes a table in Markdown. */
export function markdownTable([head, ...rows]: ComparisonTable): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |\n`;
  return line(head) + line(head.map(() => "---")) + rows.map(line).join("");
}

/** Writes the students' scores as CSV (RFC 4180): a line for each of its predictors, numbers unrounded. */
export function comparisonCsv(runs: readonly ComparedRun[]): string {
  const head = ["run", "student_model", "strategy", "amount", "linear_layer_epochs", "ft_epochs"];
  const rows = runs.flatMap((run) =>
    run.evaluation.predictors.flatMap(({ name }) => {
      const score = run.evaluation.scores[name]?.[MEASURE];
      if (!score) return [];
      const { studentModel, linearLayerEpochs, ftEpochs, evaluation: { seenShare } } = run;
      const amount = viewOf(run.degradation);
      const cell = [run.name, studentModel, ...amount, linearLayerEpochs, ftEpochs];
      return [[...cell, seenShare, name, score.mean, score.low, score.high]];
    })
  );
  return [[...head, "seen_share", "predictor", "cc", "cc_low", "cc_high"], ...rows]
    .map((row) => row.map(quote).join(",") + "\r\n").join("");
}

/**
 * Describes the plot of CC over the share of pixels or patches seen. Predictors that are the same whatever
 * was seen become horizontal rules, the others lines.
 *
 * @param runs At least one.
 */
export function describeComparison(runs: readonly ComparedRun[]): LineChartOptions {
  const { predictors, measures } = runs[0].evaluation;
  const scoreOf = ({ evaluation }: ComparedRun, name: string): Interval | undefined =>
    evaluation.scores[name]?.[MEASURE];
  const scored = predictors.filter(({ name }) =>
    name !== UNDRAWN && runs.every((run) => scoreOf(run, name))
  );
  const isConstant = (name: string) =>
    new Set(runs.map((run) => scoreOf(run, name)!.mean.toFixed(DIGITS))).size === 1;
  const isLevel = ({ name, kind }: typeof predictors[number]) =>
    kind !== "student" && isConstant(name);
  return {
    title: "How much of the teacher's map is recovered",
    xTitle: seenTitle,
    yTitle: measures.find(({ name }) => name === MEASURE)?.title ?? MEASURE,
    xScale: "log",
    intervals: "bar",
    series: scored.filter((it) => !isLevel(it)).flatMap(({ name, title, kind }) => {
      const score = (run: ComparedRun) => scoreOf(run, name)!;
      if (kind === "student") return seriesOf(runs, { name: (run) => groupOf(run, runs), score });
      const group = dependsOnViewAlone(runs, score)
        ? strategyOf
        : (run: ComparedRun) => groupOf(run, runs);
      return seriesOf(runs, { name: (run) => `${title}, ${group(run)}`, score })
        .map((series) => ({ ...series, dashed: true }));
    }),
    levels: scored.filter(isLevel).map(({ name, title }) => ({
      y: scoreOf(runs[0], name)!.mean,
      label: title,
    })),
  };
}

/** `share of pixels (DOWNSIZE) or patches (MAE) seen` */
const seenTitle = `share of ${
  strategyNames.map((name) => `${strategies[name].unit} (${name})`).join(" or ")
} seen`;

type ScoreOf = (run: ComparedRun) => Interval;

/** A line for each group of students that differ in nothing but how much they saw; equal points are one. */
function seriesOf(
  runs: readonly ComparedRun[],
  { name, score }: { name: (run: ComparedRun) => string; score: ScoreOf },
): ChartSeries[] {
  return [...Map.groupBy(runs, name)].map(([name, group]) => {
    const points = group.map((run) => {
      const { mean, low, high } = score(run);
      return { x: run.evaluation.seenShare, y: mean, low, high };
    });
    const once = points.filter(({ x, y }, place) =>
      points.findIndex((other) => other.x === x && other.y === y) === place
    );
    return { name, points: once.toSorted((a, b) => a.x - b.x) };
  });
}

/** Whether runs with the same view always have the same score: no line is needed for each of them. */
function dependsOnViewAlone(runs: readonly ComparedRun[], score: ScoreOf): boolean {
  const views = Map.groupBy(runs, (run) => viewOf(run.degradation).join(" "));
  return [...views.values()].every((same) =>
    new Set(same.map((run) => score(run).mean.toFixed(DIGITS))).size === 1
  );
}

function strategyOf({ degradation }: ComparedRun): string {
  return degradation.strategy;
}

/** The strategy, and whatever else differs between the runs. */
function groupOf(run: ComparedRun, runs: readonly ComparedRun[]): string {
  const differs = (of: (run: ComparedRun) => string) => new Set(runs.map(of)).size > 1;
  const model = (run: ComparedRun) => shortNameOf(run.studentModel);
  return [
    strategyOf(run),
    ...(differs(model) ? [model(run)] : []),
    ...(differs(phasesOf) ? [phasesOf(run)] : []),
  ].join(" ");
}

function phasesOf({ linearLayerEpochs, ftEpochs }: ComparedRun): string {
  return `${linearLayerEpochs}+${ftEpochs}`;
}

function describeScore(evaluation: EvaluationFile, predictor: string): string {
  const score = evaluation.scores[predictor]?.[MEASURE];
  if (!score) return "–";
  const standing = standingOf(evaluation, { predictor, measure: MEASURE }) ?? "open";
  const [mean, low, high] = [score.mean, score.low, score.high].map((it) => formatNumber(it));
  return `${mean} (${low} to ${high}) ${MARKS[standing]}`.trimEnd();
}

function quote(value: string | number): string {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
