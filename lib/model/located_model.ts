/**
 * A model whose description and weights have been found.
 *
 * @module
 */
import type { WeightLimits } from "../files/limits.ts";
import { SafetensorsFile } from "../weights/safetensors_file.ts";
import type { ModelDescription } from "./model_config_file.ts";
import { loadParameters, type StateDict } from "./state_dict.ts";
import { VisionTransformer } from "./vision_transformer.ts";

/** A model's description, and the file of its weights; it may be sent to another thread. */
export interface LocatedModel {
  /** The architecture and its preprocessing. */
  readonly description: ModelDescription;
  /** Path of the safetensors file. */
  readonly weightsPath: string;
  /** What that file may ask for. */
  readonly limits?: WeightLimits;
}

/**
 * Loads its weights onto the backend; the caller disposes the model.
 *
 * @throws {SyntaxError} When they do not fit: all missing, extra and misshapen keys are listed.
 * @throws {RangeError} When the file asks for more than its limits.
 */
export async function loadLocated(
  { description, weightsPath, limits }: LocatedModel,
): Promise<VisionTransformer> {
  using file = await SafetensorsFile.open(weightsPath, limits);
  const parameters = await loadParameters(description.config, stateDictOfFile(weightsPath, file));
  return new VisionTransformer(description.config, parameters);
}

function stateDictOfFile(path: string, file: SafetensorsFile): StateDict {
  const shapes = new Map([...file.header].map(([key, { shape }]) => [key, shape]));
  return { name: path, shapes, read: (key) => file.read(key) };
}
