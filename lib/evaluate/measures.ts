/**
 * The measures that predictions are scored by, side by side.
 *
 * @module
 */
import {
  clampedBinaryCrossEntropy,
  informationGain,
  klDivergence,
  meanAbsoluteError,
  normalisedScanpathSaliency,
  pearsonCorrelation,
  similarity,
} from "../metrics/metrics.ts";
import { peakDistance } from "../metrics/peak_distance.ts";
import { spearmanCorrelation } from "../metrics/ranks.ts";
import { areaUnderCurve, topRecall } from "../metrics/top_patches.ts";
import type { Measure } from "../run/evaluation_file.ts";

/** The name of a measure, in files too. */
export type MeasureName =
  | "cc"
  | "sim"
  | "kl"
  | "nss"
  | "ig"
  | "auc5"
  | "auc10"
  | "auc20"
  | "spearman"
  | "topRecall"
  | "peakDistance"
  | "bce"
  | "meanAbsoluteError";

/** How close one predicted map is to the teacher's. */
export type Scores = Readonly<Record<MeasureName, number>>;

/** What some measures need besides the maps. */
export interface MeasureContext {
  /** Height and width of a map, in patches. */
  readonly grid: readonly [gridHeight: number, gridWidth: number];
  /** Height and width of the prepared photos, in pixels. */
  readonly imageSize: readonly [height: number, width: number];
  /** What information gain is counted from: float32 [gridHeight·gridWidth]. */
  readonly prior: Float32Array;
}

interface MeasureEntry extends Omit<Measure, "name"> {
  readonly score: (
    prediction: Float32Array,
    teacher: Float32Array,
    context: MeasureContext,
  ) => number;
}

const aucOf = (share: number): MeasureEntry["score"] => (prediction, teacher) =>
  areaUnderCurve(prediction, teacher, { share });

/** Titles are short: a table of them has to fit a terminal. */
const entries: Readonly<Record<MeasureName, MeasureEntry>> = {
  cc: { title: "CC", better: "higher", score: pearsonCorrelation },
  sim: { title: "SIM", better: "higher", score: similarity },
  kl: { title: "KL", better: "lower", score: klDivergence },
  nss: { title: "NSS", better: "higher", score: normalisedScanpathSaliency },
  ig: { title: "IG bits", better: "higher", score: informationGain },
  auc5: { title: "AUC 5 %", better: "higher", score: aucOf(0.05) },
  auc10: { title: "AUC 10 %", better: "higher", score: aucOf(0.1) },
  auc20: { title: "AUC 20 %", better: "higher", score: aucOf(0.2) },
  spearman: { title: "Spearman", better: "higher", score: spearmanCorrelation },
  topRecall: {
    title: "recall",
    better: "higher",
    score: (prediction, teacher) => topRecall(prediction, teacher, { share: 0.1 }),
  },
  peakDistance: { title: "peak px", better: "lower", score: peakDistance },
  bce: { title: "BCE", better: "lower", score: clampedBinaryCrossEntropy },
  meanAbsoluteError: { title: "abs. err.", better: "lower", score: meanAbsoluteError },
};

/** The names of all measures, in the order of tables. */
export const measureNames = Object.keys(entries) as readonly MeasureName[];

/** All measures: their names, titles, and which way is better. */
export const measures: readonly Measure[] = measureNames.map((name) => {
  const { title, better } = entries[name];
  return { name, title, better };
});

/**
 * Scores one predicted map by every measure.
 *
 * @param prediction float32 [gridHeight·gridWidth], in [0, 1].
 * @param teacher The teacher's map divided by its maximum, likewise.
 * @throws {TypeError} When the maps differ in length, or are not of the grid.
 */
export function scoreMap(
  prediction: Float32Array,
  teacher: Float32Array,
  context: MeasureContext,
): Scores {
  const scores = measureNames.map((name) => [
    name,
    entries[name].score(prediction, teacher, context),
  ]);
  return Object.fromEntries(scores) as Scores;
}
