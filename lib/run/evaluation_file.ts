/**
 * What `evaluate` leaves in a file, and what reports and comparisons read.
 *
 * @module
 */
import { writeFileAtomically } from "../files/atomic_write.ts";
import { parseJson, readJsonText, type Schema } from "../files/json.ts";
import { evaluationSchema, imageScoresSchema } from "./evaluation_schema.ts";

/** A mean over the photos, and its bootstrap interval of 95 %. */
export interface Interval {
  /** The mean. */
  mean: number;
  /** The interval's lower end. */
  low: number;
  /** The interval's upper end. */
  high: number;
}

/** A measure's name, how a table titles it, and which way is better. */
export interface Measure {
  /** The key of its scores. */
  name: string;
  /** What a table calls it. */
  title: string;
  /** Which way is better. */
  better: "higher" | "lower";
}

/** Who predicts. */
export interface PredictorEntry {
  /** The key of its scores. */
  name: string;
  /** What a table calls it. */
  title: string;
  /** The student, something that it should beat, or about the best that can be had. */
  kind: "student" | "baseline" | "ceiling";
}

/** Student minus another predictor, photo by photo, and how likely chance alone is that far from 0. */
export interface Difference extends Interval {
  /** From 0 to 1. */
  pValue: number;
}

/** A point of a mean curve: y at x, with its interval. */
export interface CurvePoint extends Interval {
  /** Where on the curve. */
  x: number;
}

/** Mean curves by predictor, and the areas under them. */
export interface Curves {
  /** What the curves go over. */
  xTitle: string;
  /** What they show. */
  yTitle: string;
  /** By predictor: the mean area, and the mean curve. */
  byPredictor: Record<string, { area: Interval; points: CurvePoint[] }>;
}

/** An evaluation as it lies in `evaluation.json`. */
export interface EvaluationFile {
  /** Of the format. */
  version: 1;
  /** The student's file. */
  checkpoint: string;
  /** The SHA-256 of that file; what was written before it was noted has none. */
  checkpointSha256?: string;
  /** Photos scored. */
  photos: number;
  /** Photos that the mean training map is made of. */
  trainingPhotos: number;
  /** The share held out that divided them. */
  holdout: number;
  /** The folder of photos. */
  datasetPath: string;
  /** The cache of the teacher's maps. */
  rolloutDir: string;
  /** SHA-256 of the list of the data set's paths: what a checkpoint says it was trained on. */
  datasetSha256: string;
  /** Height and width of a map, in patches. */
  grid: [gridHeight: number, gridWidth: number];
  /** What the student saw of a photo, in words. */
  view: string;
  /** The same as a share of the photo's pixels or patches. */
  seenShare: number;
  /** Where every draw came from. */
  seed: number;
  /** Who predicted, in the order of tables. */
  predictors: PredictorEntry[];
  /** What by, likewise. */
  measures: Measure[];
  /** By predictor, then by measure. */
  scores: Record<string, Record<string, Interval>>;
  /** Student minus predictor, by predictor, then by measure. */
  differences: Record<string, Record<string, Difference>>;
  /** Insertion and deletion, where the teacher has a classifier and it was asked for. */
  faithfulness?: { insertion: Curves; deletion: Curves };
  /** Share of the teacher's attention covered after 1…k glimpses. */
  glimpses?: Curves;
  /** By augmentation: how far the teacher's map of a moved photo is from its moved map (CC). */
  equivariance?: Record<string, Interval>;
}

/** One photo's scores: a line of `evaluation.jsonl`. */
export interface ImageScoresLine {
  /** Relative to the data set, with `/`. */
  path: string;
  /** By predictor, then by measure. */
  scores: Record<string, Record<string, number>>;
}

/** Writes `evaluation.json`, whole or not at all. */
export async function writeEvaluation(path: string, evaluation: EvaluationFile): Promise<void> {
  await writeFileAtomically(path, `${JSON.stringify(evaluation, null, 2)}\n`);
}

/** Writes `evaluation.jsonl`, a line a photo, whole or not at all. */
export async function writeImageScores(
  path: string,
  lines: readonly ImageScoresLine[],
): Promise<void> {
  await writeFileAtomically(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
}

/**
 * Reads `evaluation.json`.
 *
 * @param path The file `evaluation.json`.
 * @returns What `evaluate` found.
 * @throws {Error} When there is none.
 * @throws {SyntaxError} When it is damaged.
 */
export async function readEvaluation(path: string): Promise<EvaluationFile> {
  return parse(await read(path), { path, schema: evaluationSchema });
}

/**
 * Reads `evaluation.jsonl`.
 *
 * @param path The file `evaluation.jsonl`.
 * @returns The scores of each photo, in order of path.
 * @throws {Error} When there is none.
 * @throws {SyntaxError} When it is damaged.
 */
export async function readImageScores(path: string): Promise<ImageScoresLine[]> {
  const lines = (await read(path)).split("\n").filter((line) => line !== "");
  return lines.map((line, index) =>
    parse(line, { path: `${path}, line ${index + 1}`, schema: imageScoresSchema })
  );
}

async function read(path: string): Promise<string> {
  try {
    return await readJsonText(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new Error(`Cannot read evaluation: ${path} is missing, expected what evaluate writes`);
  }
}

function parse<T>(
  text: string,
  { path, schema }: { path: string; schema: Schema<T> },
): T {
  try {
    return parseJson(text, schema);
  } catch (error) {
    throw new SyntaxError(
      `Cannot read evaluation: ${path} is damaged (${
        (error as Error).message
      }); run evaluate again`,
    );
  }
}
