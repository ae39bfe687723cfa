/**
 * What a student's file says of its training.
 *
 * @module
 */
import { z } from "zod";
import { parseJson, type Schema } from "../files/json.ts";

/** A training as a model card tells it; what a file does not say is left out. */
export interface TrainingRecord {
  /** The student's base as the user named it. */
  readonly studentModel?: string;
  /** The commit on the hub that it was downloaded at. */
  readonly studentCommit?: string;
  /** Whether the base had random weights. */
  readonly fromScratch?: boolean;
  /** Batches that the student had learnt from when its file was written. */
  readonly step?: number;
  /** Epochs of the projection alone, in the whole run. */
  readonly linearLayerEpochs?: number;
  /** Epochs of everything, in the whole run. */
  readonly ftEpochs?: number;
  /** Photos in a batch. */
  readonly batchSize?: number;
  /** Adam's rate in the first phase. */
  readonly lr?: number;
  /** Whether photos and maps were moved and coloured. */
  readonly augment?: boolean;
  /** Share of the photos that was held out. */
  readonly holdout?: number;
  /** Where every draw came from. */
  readonly seed?: number;
  /** The photos. */
  readonly dataset?: { readonly imageCount?: number; readonly pathsSha256?: string };
  /** What the maps were made with. */
  readonly cache?: {
    readonly teacher?: {
      readonly name?: string;
      readonly weightsSha256?: string;
      readonly commit?: string;
    };
    readonly rollout?: {
      readonly mode?: string;
      readonly headFusion?: string;
      readonly discardRatio?: number;
    };
  };
}

const [text, number, flag] = [z.string().optional(), z.number().optional(), z.boolean().optional()];
const schema: Schema<Omit<TrainingRecord, "step">> = z.object({
  studentModel: text,
  studentCommit: text,
  fromScratch: flag,
  linearLayerEpochs: number,
  ftEpochs: number,
  batchSize: number,
  lr: number,
  augment: flag,
  holdout: number,
  seed: number,
  dataset: z.object({ imageCount: number, pathsSha256: text }).optional(),
  cache: z.object({
    teacher: z.object({ name: text, weightsSha256: text, commit: text }).optional(),
    rollout: z.object({ mode: text, headFusion: text, discardRatio: number }).optional(),
  }).optional(),
});

/**
 * Reads it from a checkpoint's texts.
 *
 * @returns Nothing said, where the file does not say.
 * @throws {SyntaxError} When what it says is damaged.
 */
export function trainingRecordOf(
  { training, step }: Readonly<Record<string, string>>,
): TrainingRecord {
  if (training === undefined) return {};
  try {
    const record = parseJson(training, schema);
    return { ...record, step: step === undefined ? undefined : parseJson(step, z.int().min(0)) };
  } catch (error) {
    throw new SyntaxError(
      `Cannot export: the student's file has damaged training options (${
        (error as Error).message
      }), expected a checkpoint that train wrote`,
    );
  }
}
