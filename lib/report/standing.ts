/**
 * How a student stands to whoever else predicts, as far as the numbers can tell.
 *
 * @module
 */
import type { EvaluationFile, PredictorEntry } from "../run/evaluation_file.ts";

/** The usual threshold: a difference as great arises by chance alone in one of twenty cases. */
export const SIGNIFICANCE = 0.05;

/** The student against another: `open` where chance may explain the difference. */
export type Standing = "better" | "worse" | "open";

/** Whom the student is set against, and in what. */
export interface Comparand {
  /** The other predictor. */
  readonly predictor: string;
  /** The measure. */
  readonly measure: string;
}

/** How the student stands to a predictor in a measure; undefined where they were not compared. */
export function standingOf(
  { differences, measures }: EvaluationFile,
  { predictor, measure }: Comparand,
): Standing | undefined {
  const difference = differences[predictor]?.[measure];
  if (!difference) return undefined;
  if (!(difference.pValue < SIGNIFICANCE) || difference.mean === 0) return "open";
  const isLowerBetter = measures.find(({ name }) => name === measure)?.better === "lower";
  return (difference.mean > 0) !== isLowerBetter ? "better" : "worse";
}

/** The student's own entry among the predictors. */
export function studentOf({ predictors }: EvaluationFile): PredictorEntry {
  const student = predictors.find(({ kind }) => kind === "student");
  if (student) return student;
  throw new RangeError("Cannot report: the evaluation has 0 students, expected one");
}

/** Says in a sentence how the student stands to the others in one measure. */
export function describeStanding(evaluation: EvaluationFile, measure: string): string {
  const others = evaluation.predictors.filter(({ kind }) => kind !== "student");
  const named = (standing: Standing) =>
    others.filter(({ name: predictor }) =>
      standingOf(evaluation, { predictor, measure }) === standing
    ).map(({ title }) => `“${title}”`);
  const parts = ([
    ["better", "better than"],
    ["open", "not told apart from"],
    ["worse", "worse than"],
  ] as const).flatMap(([standing, words]) => {
    const titles = named(standing);
    return titles.length > 0 ? [`${words} ${list.format(titles)}`] : [];
  });
  const title = evaluation.measures.find(({ name }) => name === measure)?.title ?? measure;
  if (parts.length === 0) return `In ${title} the student was compared with nobody.`;
  return `In ${title} the student is ${parts.join("; ")}.`;
}

/** The baselines that beat the student beyond chance, each with the titles of the measures in which. */
export function defeatsOf(
  evaluation: EvaluationFile,
): { readonly title: string; readonly measures: string[] }[] {
  return evaluation.predictors
    .filter(({ kind }) => kind === "baseline")
    .map(({ name: predictor, title }) => ({
      title,
      measures: evaluation.measures
        .filter(({ name }) => standingOf(evaluation, { predictor, measure: name }) === "worse")
        .map(({ title }) => title),
    }))
    .filter(({ measures }) => measures.length > 0);
}

const list = new Intl.ListFormat("en-GB");
