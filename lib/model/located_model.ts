/**
 * A model whose description and weights have been found.
 *
 * @module
 */
import type { WeightLimits } from "../files/limits.ts";
import type { ModelDescription } from "./model_config_file.ts";
import { loadParameters } from "./state_dict.ts";
import { VisionTransformer } from "./vision_transformer.ts";
import { openWeightsFile } from "./weights_file.ts";

/** A model's description, and the file of its weights; it may be sent to another thread. */
export interface LocatedModel {
  /** The architecture and its preprocessing. */
  readonly description: ModelDescription;
  /** Path of the file of weights, or of the index of several. */
  readonly weightsPath: string;
  /** The commit on the hub that they are of, if they are from there. */
  readonly commit?: string;
  /** What that file may ask for. */
  readonly limits?: WeightLimits;
}

/**
 * Loads its weights onto the backend; the caller disposes the model.
 *
 * @param located As `locateModel()` found it.
 * @returns The model; the caller disposes it.
 * @throws {SyntaxError} When they do not fit: all missing, extra and misshapen keys are listed.
 * @throws {RangeError} When the file asks for more than its limits.
 */
export async function loadLocated(
  { description, weightsPath, limits }: LocatedModel,
): Promise<VisionTransformer> {
  using weights = await openWeightsFile(weightsPath, limits);
  const parameters = await loadParameters(description.config, weights);
  return new VisionTransformer(description.config, parameters);
}
