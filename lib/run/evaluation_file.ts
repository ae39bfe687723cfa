/**
 * What `evaluate` leaves in a file, and what reports and comparisons read.
 *
 * @module
 */
import { z } from "zod";
import { writeFileAtomically } from "../files/atomic_write.ts";
import { parseJson } from "../files/json.ts";

/** A mean over the photos, and its bootstrap interval of 95 %. */
const interval = z.strictObject({ mean: z.number(), low: z.number(), high: z.number() });

/** A measure's name, how a table titles it, and which way is better. */
const measure = z.strictObject({
  name: z.string(),
  title: z.string(),
  better: z.enum(["higher", "lower"]),
});

/** Who predicts, and in words what of. */
const predictor = z.strictObject({
  name: z.string(),
  title: z.string(),
  kind: z.enum(["student", "baseline", "ceiling"]),
});

/** Student minus another predictor, photo by photo, and how likely chance alone is that far from 0. */
const difference = z.strictObject({ ...interval.shape, pValue: z.number().min(0).max(1) });

/** A mean curve: y at each x, with its interval. */
const curve = z.array(z.strictObject({ x: z.number(), ...interval.shape }));

/** Means under the curve, and the curve, of each predictor. */
const curves = z.strictObject({
  xTitle: z.string(),
  yTitle: z.string(),
  /** By predictor. */
  byPredictor: z.record(z.string(), z.strictObject({ area: interval, points: curve })),
});

/** An evaluation as it lies in `evaluation.json`. */
export const evaluationSchema = z.strictObject({
  version: z.literal(1),
  checkpoint: z.string(),
  /** Photos scored. */
  photos: z.int(),
  /** Photos that the mean training map is made of. */
  trainingPhotos: z.int(),
  holdout: z.number(),
  datasetPath: z.string(),
  rolloutDir: z.string(),
  datasetSha256: z.string(),
  grid: z.tuple([z.int(), z.int()]),
  /** What the student saw of a photo, in words. */
  view: z.string(),
  /** The same as a share of the photo's pixels or patches. */
  seenShare: z.number(),
  seed: z.int(),
  predictors: z.array(predictor),
  measures: z.array(measure),
  /** By predictor, then by measure. */
  scores: z.record(z.string(), z.record(z.string(), interval)),
  /** Student minus predictor, by predictor, then by measure. */
  differences: z.record(z.string(), z.record(z.string(), difference)),
  /** Insertion and deletion, where the teacher has a classifier and it was asked for. */
  faithfulness: z.strictObject({ insertion: curves, deletion: curves }).optional(),
  /** Share of the teacher's attention covered after 1…k glimpses. */
  glimpses: curves.optional(),
  /** By augmentation: how far the teacher's map of a moved photo is from its moved map (CC). */
  equivariance: z.record(z.string(), interval).optional(),
});

/** An evaluation as it lies in `evaluation.json`. */
export type EvaluationFile = z.infer<typeof evaluationSchema>;
/** A mean over the photos, and its bootstrap interval of 95 %. */
export type Interval = z.infer<typeof interval>;
/** A measure's name, title, and which way is better. */
export type Measure = z.infer<typeof measure>;
/** Who predicts. */
export type PredictorEntry = z.infer<typeof predictor>;
/** Mean curves by predictor, and the areas under them. */
export type Curves = z.infer<typeof curves>;

/** One photo's scores: a line of `evaluation.jsonl`. */
export const imageScoresSchema = z.strictObject({
  /** Relative to the data set, with `/`. */
  path: z.string(),
  /** By predictor, then by measure. */
  scores: z.record(z.string(), z.record(z.string(), z.number())),
});

/** One photo's scores: a line of `evaluation.jsonl`. */
export type ImageScoresLine = z.infer<typeof imageScoresSchema>;

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
 * @throws {Error} When there is none.
 * @throws {SyntaxError} When it is damaged.
 */
export async function readEvaluation(path: string): Promise<EvaluationFile> {
  return parse(await read(path), { path, schema: evaluationSchema });
}

/**
 * Reads `evaluation.jsonl`.
 *
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
    return await Deno.readTextFile(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new Error(`Cannot read evaluation: ${path} is missing, expected what evaluate writes`);
  }
}

function parse<T>(
  text: string,
  { path, schema }: { path: string; schema: Parameters<typeof parseJson<T>>[1] },
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
