/**
 * What a model card says of a student's scores.
 *
 * @module
 */
import type { EvaluationFile, Interval } from "../run/evaluation_file.ts";
import { plain } from "./markdown.ts";
import type { TrainingRecord } from "./training_record.ts";

/** Writes the scores of all predictors side by side, a row a measure. */
export function scoreSection(evaluation: EvaluationFile, training: TrainingRecord): string {
  const { photos, predictors, measures, scores } = evaluation;
  const cell = (score: Interval | undefined, withInterval: boolean) => {
    if (!score) return "–";
    const [mean, low, high] = [score.mean, score.low, score.high].map((value) => value.toFixed(3));
    return withInterval ? `**${mean}** (${low} to ${high})` : mean;
  };
  const rows = measures.map(({ name, title, better }) => {
    const cells = predictors.map(({ name: predictor, kind }) =>
      cell(scores[predictor]?.[name], kind === "student")
    );
    return `| ${plain(title)} ${better === "higher" ? "↑" : "↓"} | ${cells.join(" | ")} |`;
  });
  return [
    "## Scores",
    "",
    `Against the teacher's maps of ${photos} photos${
      seenBefore(evaluation, training)
    }: means, and the student's bootstrap intervals of 95 %.`,
    "",
    `| | ${predictors.map(({ title }) => plain(title)).join(" | ")} |`,
    `| --- |${" ---: |".repeat(predictors.length)}`,
    ...rows,
  ].join("\n");
}

/** Whether the student has learnt from the photos that it was scored on, as far as its file says. */
function seenBefore(
  { datasetSha256, holdout }: EvaluationFile,
  { dataset, holdout: heldOut }: TrainingRecord,
): string {
  if (dataset?.pathsSha256 === undefined || heldOut === undefined) {
    return ", of which it is not known whether the student was trained on them";
  }
  if (dataset.pathsSha256 !== datasetSha256) {
    return " from another list than it was trained on (both may have photos in common)";
  }
  return holdout <= heldOut
    ? " that were held out of its training"
    : ", some of which it was trained on";
}
