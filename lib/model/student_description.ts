/**
 * What using a student takes besides its weights, and how its file says it.
 *
 * @module
 */
import { z } from "zod";
import type { Degradation } from "../config/degradation.ts";
import { degradationSchema } from "../config/degradation_options.ts";
import { parseJson } from "../files/json.ts";
import type { Preprocessing } from "../image/preprocess.ts";
import { preprocessingFields } from "../image/preprocessing_schema.ts";
import {
  describeModelFile,
  type ModelDescription,
  serialiseModelFile,
} from "./model_config_file.ts";

/** Everything besides its weights that using a student takes. */
export interface StudentDescription {
  /** The base model. */
  readonly model: ModelDescription;
  /** The grid of the maps it predicts. */
  readonly grid: readonly [gridHeight: number, gridWidth: number];
  /** What it sees of a photo. */
  readonly degradation: Degradation;
  /** How a photo becomes the crop that the teacher saw and the map belongs to. */
  readonly view: Preprocessing;
}

const descriptionSchema = z.object({
  grid: z.tuple([z.int().min(1), z.int().min(1)]),
  degradation: degradationSchema,
  view: z.object(preprocessingFields),
});

/** The texts that carry a description in a file of weights. */
export function serialiseDescription(
  { model, ...rest }: StudentDescription,
): { readonly model: string; readonly student: string } {
  return { model: serialiseModelFile(model), student: JSON.stringify(rest) };
}

/**
 * Reads what {@linkcode serialiseDescription} wrote.
 *
 * @param metadata The texts of the file, those among them.
 * @param path Named in errors.
 * @throws {SyntaxError} When there is no description, or it is damaged.
 */
export function parseDescription(
  metadata: Readonly<Record<string, string>>,
  path: string,
): StudentDescription {
  if (!metadata.model || !metadata.student) {
    throw new SyntaxError(
      `Cannot open student: ${path} carries no description, expected a checkpoint that train wrote`,
    );
  }
  const model = describeModelFile(metadata.model, { path });
  try {
    return { model, ...parseJson(metadata.student, descriptionSchema) };
  } catch (error) {
    throw new SyntaxError(`Cannot open student: ${path}: ${(error as Error).message}`);
  }
}
