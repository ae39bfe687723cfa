/**
 * Writes a model as timm's `local-dir:` reads it.
 *
 * @module
 */
import { join } from "node:path";
import { writeFileAtomically } from "../files/atomic_write.ts";
import { writeSafetensors } from "../weights/safetensors.ts";
import { type ModelDescription, serialiseModelFile } from "./model_config_file.ts";
import { readParameters } from "./state_dict.ts";
import type { VisionTransformer } from "./vision_transformer.ts";

/**
 * Writes `config.json` and `model.safetensors` (float32, timm's keys and layout) into a folder, each
 * atomically.
 *
 * @param folder Made where need be; the model and its description, written into it.
 */
export async function saveModel(
  folder: string,
  { model, description }: { model: VisionTransformer; description: ModelDescription },
): Promise<void> {
  const tensors = await readParameters(model.config, model.parameters);
  await writeSafetensors(join(folder, "model.safetensors"), tensors, {
    metadata: { format: "pt" }, // transformers' and timm's loaders ask for it
  });
  await writeFileAtomically(join(folder, "config.json"), serialiseModelFile(description));
}
