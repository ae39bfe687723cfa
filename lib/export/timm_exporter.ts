/**
 * A student as a folder that timm loads.
 *
 * @module
 */
import { join } from "node:path";
import { writeFileAtomically } from "../files/atomic_write.ts";
import { serialiseModelFile } from "../model/model_config_file.ts";
import type { StudentDescription } from "../model/student_description.ts";
import { writeSafetensors } from "../weights/safetensors.ts";
import type { StudentExporter } from "./exporter.ts";
import { type FoldedStudent, foldProjection } from "./fold_projection.ts";
import { differenceOf } from "./folding_difference.ts";
import { writeModelCard } from "./model_card.ts";

/** Writes `config.json` and `model.safetensors` in timm's layout, and `README.md`, the hub's model card. */
export const timmExporter: StudentExporter = {
  files: ["config.json", "model.safetensors", "README.md"],
  async write(folder, exported) {
    const { student, description } = exported;
    const folded = await foldProjection(student, description);
    const difference = await differenceOf(folded, student);
    await writeSafetensors(join(folder, "model.safetensors"), folded.tensors, {
      metadata: { format: "pt" }, // transformers' and timm's loaders ask for it
    });
    await writeFileAtomically(join(folder, "config.json"), configOf(folded, description));
    await writeFileAtomically(join(folder, "README.md"), writeModelCard(exported));
    const { architecture, config: { numClasses } } = folded.description;
    return [
      `timm model ${architecture} with ${numClasses} classes: its maps are the student's within ` +
      `${difference > 0 ? difference.toExponential(1) : 0}, on random images`,
    ];
  },
};

/** timm's configuration, and what timm does not ask for: which map it is, and of what view. */
function configOf(
  { description: model }: FoldedStudent,
  { grid, degradation, view }: StudentDescription,
): string {
  const content = {
    ...JSON.parse(serialiseModelFile(model)),
    attention_rollout: { grid, degradation, view },
  };
  return `${JSON.stringify(content, null, 2)}\n`;
}
