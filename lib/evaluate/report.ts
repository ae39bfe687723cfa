/**
 * An evaluation in words, for a reader.
 *
 * @module
 */
import type { Evaluation, Predictor, ScoresByPredictor } from "./evaluation.ts";
import type { Scores } from "./scores.ts";

const rows: readonly [predictor: Predictor, name: string][] = [
  ["student", "student"],
  ["meanMap", "mean training map"],
  ["gaussian", "centred Gaussian"],
];

const columns: readonly [measure: keyof Scores, title: string][] = [
  ["bce", "BCE ↓"],
  ["meanAbsoluteError", "abs. error ↓"],
  ["cc", "CC ↑"],
  ["sim", "SIM ↑"],
  ["kl", "KL ↓"],
];

/**
 * Describes an evaluation: whose it is, a table of the scores (↑ higher is better, ↓ lower is), and whether
 * the student is worth having.
 *
 * @returns Lines of plain text.
 */
export function describeEvaluation(evaluation: Evaluation): string[] {
  const { checkpoint, photos, trainingPhotos, holdout, grid, view, metrics } = evaluation;
  const all = photos + trainingPhotos;
  return [
    `${checkpoint}: ${view} to a map of ${grid.join("×")}`,
    `${photos} of ${all} photo${all === 1 ? "" : "s"} held out (a share of ${holdout})`,
    "",
    ...scoreTable(metrics),
    "",
    describeVerdict(metrics),
  ];
}

/**
 * Says whether the student predicts better than both baselines, from the numbers: CC for where the maps
 * rise and fall together, KL for how much of the teacher's map the student misses.
 */
export function describeVerdict({ student, meanMap, gaussian }: ScoresByPredictor): string {
  const beatsInCc = student.cc > Math.max(meanMap.cc, gaussian.cc);
  const beatsInKl = student.kl < Math.min(meanMap.kl, gaussian.kl);
  const verdict = beatsInCc && beatsInKl
    ? "beats both baselines in CC and in KL"
    : beatsInCc
    ? "beats both baselines in CC, but not in KL"
    : beatsInKl
    ? "beats both baselines in KL, but not in CC"
    : "does not beat both baselines in CC, nor in KL";
  const numbers = (["cc", "kl"] as const).map((measure) =>
    `${measure.toUpperCase()} ${shown(student[measure])} against ${shown(meanMap[measure])} and ` +
    shown(gaussian[measure])
  );
  return `The student ${verdict}: ${numbers.join(", ")}.`;
}

/** One row a predictor, one column a measure, aligned for a fixed-width font. */
function scoreTable(metrics: ScoresByPredictor): string[] {
  const cells = [
    ["", ...columns.map(([, title]) => title)],
    ...rows.map(([predictor, name]) => [
      name,
      ...columns.map(([measure]) => shown(metrics[predictor][measure])),
    ]),
  ];
  const widths = cells[0].map((_, column) => Math.max(...cells.map((row) => row[column].length)));
  return cells.map(([name, ...scores]) =>
    [name.padEnd(widths[0]), ...scores.map((score, i) => score.padStart(widths[i + 1]))].join("  ")
  );
}

/** Four digits after the point: more than a few hundred photos can tell apart. */
function shown(score: number): string {
  return score.toFixed(4);
}
