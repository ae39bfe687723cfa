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
  /** Which table of a terminal it stands in; without one it is in files and pages alone. */
  readonly table?: 1 | 2 | 3;
}

const aucOf = (share: number): MeasureEntry["score"] => (prediction, teacher) =>
  areaUnderCurve(prediction, teacher, { share });
const topRecallOf = (share: number): MeasureEntry["score"] => (prediction, teacher) =>
  topRecall(prediction, teacher, { share });

/** Every measure, in the order of tables. Titles are short: five or six beside each other have to fit a terminal. */
export const measureEntries = {
  cc: { title: "CC", better: "higher", table: 1, score: pearsonCorrelation },
  sim: { title: "SIM", better: "higher", table: 1, score: similarity },
  kl: { title: "KL", better: "lower", table: 1, score: klDivergence },
  nss: { title: "NSS", better: "higher", table: 1, score: normalisedScanpathSaliency },
  ig: { title: "IG bits", better: "higher", table: 1, score: informationGain },
  auc5: { title: "AUC 5 %", better: "higher", score: aucOf(0.05) },
  auc10: { title: "AUC 10 %", better: "higher", table: 2, score: aucOf(0.1) },
  auc20: { title: "AUC 20 %", better: "higher", score: aucOf(0.2) },
  spearman: { title: "Spearman", better: "higher", table: 2, score: spearmanCorrelation },
  topRecall: { title: "recall", better: "higher", table: 2, score: topRecallOf(0.1) },
  peakDistance: { title: "peak px", better: "lower", table: 2, score: peakDistance },
  bce: { title: "BCE", better: "lower", table: 2, score: clampedBinaryCrossEntropy },
  meanAbsoluteError: { title: "abs. err.", better: "lower", table: 2, score: meanAbsoluteError },
} as const satisfies Readonly<Record<string, MeasureEntry>>;

/** The name of a measure, in files too. */
export type MeasureName = keyof typeof measureEntries;

/** How close one predicted map is to the teacher's. */
export type Scores = Readonly<Record<MeasureName, number>>;

const entryOf = (name: MeasureName): MeasureEntry => measureEntries[name];

/** The names of all measures, in the order of tables. */
export const measureNames = Object.keys(measureEntries) as readonly MeasureName[];

/** All measures: their names, titles, and which way is better. */
export const measures: readonly Measure[] = measureNames.map((name) => {
  const { title, better } = entryOf(name);
  return { name, title, better };
});

/** The measures of a terminal's tables, as many side by side as 100 columns hold. */
export const tables: readonly (readonly MeasureName[])[] = [1, 2, 3]
  .map((table) => measureNames.filter((name) => entryOf(name).table === table))
  .filter((names) => names.length > 0);

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
    entryOf(name).score(prediction, teacher, context),
  ]);
  return Object.fromEntries(scores) as Scores;
}
