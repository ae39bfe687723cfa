/**
 * An evaluation in words, for a reader.
 *
 * @module
 */
import type { EvaluationFile, Measure } from "../run/evaluation_file.ts";
import { describeCurves } from "./curve_table.ts";
import { type MeasureName, tables } from "./measures.ts";
import { alignTable, describeInterval } from "./text_table.ts";

/** Below it a difference counts as real. */
const SIGNIFICANCE = 0.05;

/**
 * Describes an evaluation: whose it is, tables of the scores with the halves of their intervals (↑ higher is
 * better, ↓ lower is), a table of the differences that are real, one of the curves' areas, and whether the
 * student is worth having.
 *
 * @returns Lines of plain text, of 100 columns at most but for the checkpoint's path.
 */
export function describeEvaluation(evaluation: EvaluationFile): string[] {
  const { checkpoint, photos, trainingPhotos, holdout, grid, view } = evaluation;
  const all = photos + trainingPhotos;
  return [
    `${checkpoint}: ${view} to a map of ${grid.join("×")}`,
    `${photos} of ${all} photo${all === 1 ? "" : "s"} held out (a share of ${holdout}); ` +
    "means ± half of their 95 % interval (bootstrap)",
    ...tables.flatMap((names) => ["", ...scoreTable(evaluation, names)]),
    "",
    ...differenceTable(evaluation),
    ...describeCurves(evaluation),
    "",
    ...(["cc", "kl"] as const).map((name) => describeVerdict(evaluation, name)),
    ...equivarianceTable(evaluation),
  ];
}

/**
 * Says in one line which baselines the student beats in a measure and which not, by the p values: a
 * difference that chance explains is none.
 */
export function describeVerdict(evaluation: EvaluationFile, measure: MeasureName): string {
  const { title } = evaluation.measures.find(({ name }) => name === measure)!;
  const baselines = evaluation.predictors.filter(({ kind }) => kind === "baseline");
  const titlesOf = (wanted: Verdict) =>
    baselines.filter(({ name }) => verdictOf(evaluation, { predictor: name, measure }) === wanted)
      .map(({ title }) => `“${title}”`);
  const [better, worse, equal] = [titlesOf("better"), titlesOf("worse"), titlesOf("equal")];
  if (better.length === baselines.length) return `In ${title} the student beats every baseline.`;
  return [
    `In ${title} the student beats ${better.length} of ${baselines.length} baselines`,
    worse.length > 0 && `it is worse than ${worse.join(", ")}`,
    equal.length > 0 && `it is not to be told from ${equal.join(", ")}`,
  ].filter(Boolean).join("; ") + ".";
}

type Verdict = "better" | "worse" | "equal";

function verdictOf(
  { differences, measures }: EvaluationFile,
  { predictor, measure }: { predictor: string; measure: string },
): Verdict {
  const { mean, pValue } = differences[predictor][measure];
  if (pValue >= SIGNIFICANCE) return "equal";
  const { better } = measures.find(({ name }) => name === measure)!;
  return (mean > 0) === (better === "higher") ? "better" : "worse";
}

function scoreTable(
  { predictors, measures, scores }: EvaluationFile,
  names: readonly MeasureName[],
): string[] {
  return alignTable([
    ["", ...names.map((name) => titleOf(measures, name))],
    ...predictors.map(({ name, title }) => [
      title,
      ...names.map((measure) => describeInterval(scores[name][measure])),
    ]),
  ]);
}

function differenceTable(evaluation: EvaluationFile): string[] {
  const names = tables.flat();
  const signs: Record<Verdict, string> = { better: "+", worse: "−", equal: "·" };
  const others = evaluation.predictors.filter(({ kind }) => kind !== "student");
  return [
    ...alignTable([
      ["student against", ...names.map((name) => titleOf(evaluation.measures, name).slice(0, -2))],
      ...others.map(({ name, title }) => [
        title,
        ...names.map((measure) => signs[verdictOf(evaluation, { predictor: name, measure })]),
      ]),
    ]),
    "+ the student is better, − worse, · no real difference (paired sign-flip test, " +
    `p < ${SIGNIFICANCE} each)`,
  ];
}

/** Nothing, where it was not measured. */
function equivarianceTable({ equivariance }: EvaluationFile): string[] {
  if (!equivariance) return [];
  const rows = Object.entries(equivariance).map(([kind, interval]) => [
    kind.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`),
    describeInterval(interval),
  ]);
  return [
    "",
    "The teacher's map of a moved photo against its moved map:",
    ...alignTable([["", "CC ↑"], ...rows]),
  ];
}

function titleOf(measures: readonly Measure[], measure: MeasureName): string {
  const { title, better } = measures.find(({ name }) => name === measure)!;
  return `${title} ${better === "higher" ? "↑" : "↓"}`;
}
