/**
 * Means, intervals and differences of the scores of many photos.
 *
 * @module
 */
import { bootstrapIntervals, type MeanInterval } from "../metrics/bootstrap.ts";
import { signFlipTests } from "../metrics/sign_flip.ts";
import { Random } from "../random/random.ts";
import type { EvaluationFile } from "../run/evaluation_file.ts";
import { type MeasureName, measureNames } from "./measures.ts";
import type { PhotoScores } from "./score_photos.ts";

/** One of a table's columns: a predictor by a measure, a number a photo. */
interface Column {
  readonly predictor: string;
  readonly measure: MeasureName;
  readonly values: Float64Array;
}

/**
 * Summarises scores: each predictor's means with bootstrap intervals of 95 %, and the student's means minus
 * the others' with intervals and the p values of paired sign-flip tests. The p values are of single
 * comparisons, not corrected for how many there are.
 *
 * @param photos The scores of at least one photo, the student's under `student`.
 * @param options `seed` decides what is resampled.
 */
export function summariseScores(
  photos: readonly PhotoScores[],
  { seed }: { seed: number },
): Pick<EvaluationFile, "scores" | "differences"> {
  const predictors = Object.keys(photos[0].scores);
  const valuesOf = (predictor: string, measure: MeasureName) =>
    Float64Array.from(photos, ({ scores }) => scores[predictor][measure]);
  const columns = predictors.flatMap((predictor) =>
    measureNames.map((measure) => ({ predictor, measure, values: valuesOf(predictor, measure) }))
  );
  const others = columns.filter(({ predictor }) => predictor !== "student").map((column) => {
    const student = valuesOf("student", column.measure);
    return { ...column, values: student.map((value, photo) => value - column.values[photo]) };
  });
  const pValues = signFlipTests(others.map(({ values }) => values), {
    random: Random.from("sign flips", seed),
  });
  const differences = intervalsOf(others, { seed }).map((interval, index) => ({
    ...interval,
    pValue: pValues[index],
  }));
  return {
    scores: byPredictor(columns, intervalsOf(columns, { seed })),
    differences: byPredictor(others, differences),
  };
}

/** The same rows are drawn for scores and differences. */
function intervalsOf(columns: readonly Column[], { seed }: { seed: number }): MeanInterval[] {
  const values = columns.map(({ values }) => values);
  return bootstrapIntervals(values, { random: Random.from("bootstrap", seed) });
}

function byPredictor<T>(
  columns: readonly Column[],
  results: readonly T[],
): Record<string, Record<string, T>> {
  const table: Record<string, Record<string, T>> = {};
  for (const [index, { predictor, measure }] of columns.entries()) {
    (table[predictor] ??= {})[measure] = results[index];
  }
  return table;
}
