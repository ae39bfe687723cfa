/**
 * A student as a folder that timm loads.
 *
 * @module
 */
import { join } from "node:path";
import { writeFileAtomically } from "../files/atomic_write.ts";
import { serialiseModelFile } from "../model/model_config_file.ts";
import { writeSafetensors } from "../weights/safetensors.ts";
import type { StudentExporter } from "./exporter.ts";
import { foldProjection } from "./fold_projection.ts";

/** Writes `config.json` and `model.safetensors`. */
export const timmExporter: StudentExporter = {
  files: ["config.json", "model.safetensors"],
  async write(folder, { student, description }) {
    const folded = await foldProjection(student, description);
    await writeSafetensors(join(folder, "model.safetensors"), folded.tensors, {
      metadata: { format: "pt" }, // transformers' and timm's loaders ask for it
    });
    await writeFileAtomically(join(folder, "config.json"), serialiseModelFile(folded.description));
    return [];
  },
};
