/**
 * Which photos a student has never seen.
 *
 * @module
 */
import { z } from "zod";
import { parseJson } from "../files/json.ts";
import type { WeightLimits } from "../files/limits.ts";
import { isTorchFile } from "../weights/torch/is_torch_file.ts";
import { SafetensorsFile } from "../weights/safetensors_file.ts";

/** What a checkpoint says about the photos of its training. */
export interface TrainedOn {
  /** Share of the photos that was held out, in [0, 1). */
  readonly holdout: number;
  /** SHA-256 of the list of all their paths, hexadecimal. */
  readonly datasetSha256: string;
}

/** The part of a checkpoint's `training` that matters here. */
const trainingSchema = z.looseObject({
  holdout: z.number().min(0).lt(1),
  dataset: z.looseObject({ pathsSha256: z.string() }),
});

/**
 * Reads from a checkpoint which photos its student was trained on.
 *
 * @param path The checkpoint; its weights are not read.
 * @param limits What the file may ask for.
 * @returns Nothing where the checkpoint does not say.
 * @throws {SyntaxError} When the file is damaged.
 */
export async function trainedOn(
  path: string,
  limits: WeightLimits = {},
): Promise<TrainedOn | undefined> {
  if (isTorchFile(path)) return undefined;
  using file = await SafetensorsFile.open(path, limits);
  const { training } = file.metadata;
  if (training === undefined) return undefined;
  try {
    const { holdout, dataset } = parseJson(training, trainingSchema);
    return { holdout, datasetSha256: dataset.pathsSha256 };
  } catch (error) {
    throw new SyntaxError(
      `Cannot read student: ${path} has damaged training options (${(error as Error).message}); ` +
        "expected a checkpoint that train wrote",
    );
  }
}
