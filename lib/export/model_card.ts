/**
 * The model card of a student, as the Hugging Face hub shows it.
 *
 * @module
 */
import { describeView } from "../dataset/student_view.ts";
import { addressOf } from "../model/model_address.ts";
import { countParameters, describeCount } from "../model/parameters.ts";
import type { ExportedStudent } from "./exporter.ts";
import { code } from "./markdown.ts";
import { otherFormats } from "./other_formats.ts";
import { pythonSnippet, usageNote } from "./python_snippet.ts";
import { scoreSection } from "./score_section.ts";
import { type TrainingRecord, trainingRecordOf } from "./training_record.ts";
import { trainingSection } from "./training_section.ts";

/** Writes the card, Markdown after YAML: what the model is, how it is used, where it comes from, how good it is. */
export function writeModelCard(exported: ExportedStudent): string {
  const training = trainingRecordOf(exported.metadata);
  return [
    metadataOf(training),
    introduction(exported, training),
    usage(exported),
    ...otherFormats(exported),
    trainingSection(exported.description, training),
    ...exported.evaluation ? [scoreSection(exported.evaluation, training)] : [],
    limits(exported),
    licence(training),
  ].join("\n\n") + "\n";
}

/** The fields that the hub reads (https://huggingface.co/docs/hub/model-cards). */
function metadataOf(training: TrainingRecord): string {
  const base = baseOnHub(training);
  return [
    "---",
    "library_name: timm",
    "pipeline_tag: image-feature-extraction", // a classifier's widget would name the patches as classes
    "tags:",
    ...["timm", "attention-rollout", "saliency", "knowledge-distillation", "vision-transformer"]
      .map((tag) => `- ${tag}`),
    ...base === undefined ? [] : [`base_model: ${JSON.stringify(base)}`],
    "license: other",
    "license_name: terms-of-teacher-and-base",
    "---",
  ].join("\n");
}

/** The hub's repository of a pretrained base. */
function baseOnHub({ studentModel, fromScratch }: TrainingRecord): string | undefined {
  if (studentModel === undefined || fromScratch) return undefined;
  try {
    const address = addressOf(studentModel);
    return address.kind === "hub" ? address.repository : undefined;
  } catch {
    return undefined; // a name that only another version knows
  }
}

function introduction(
  { name, description }: ExportedStudent,
  { cache }: TrainingRecord,
): string {
  const { model, grid: [gridHeight, gridWidth] } = description;
  const view = describeView(description);
  const cells = gridHeight * gridWidth;
  const parameters = countParameters({ ...model.config, numClasses: cells });
  const teacher = cache?.teacher?.name;
  return `# ${code(name)}: attention rollout from ${view}

From a degraded view of a photo (${view}) this model predicts where its teacher, ${
    teacher === undefined ? "a large vision transformer" : code(teacher)
  }, draws the information of its class token from: the attention rollout (Abnar & Zuidema 2020, arXiv:2005.00928), divided by its maximum.

It is one timm model, \`${model.architecture}\` with ${
    describeCount(parameters)
  } parameters. Through a sigmoid, its ${cells} logits are the ${gridHeight}×${gridWidth} patches of the map, row by row from the top left: 1 where the teacher looks most, 0 where it does not look.`;
}

function usage({ description }: ExportedStudent): string {
  return `## Use

\`\`\`sh
pip install timm safetensors pillow   # timm 1.0.16 or newer for local-dir:
\`\`\`

\`\`\`python
${pythonSnippet(description)}
\`\`\`

${usageNote(description)}

\`config.json\` holds the same under \`attention_rollout\`: grid, degradation, and how a photo becomes the crop that the map belongs to (\`view\`).`;
}

function limits({ evaluation }: ExportedStudent): string {
  return `## Limits

- The map imitates what one teacher attends to. It is no record of where people look, and does not say why the teacher decides as it does.
- Only relations within a map mean something: the teacher's maps were divided by their maximum.
- ${
    evaluation
      ? "The scores hold for photos like those that were scored, and for this view of them."
      : "This student has not been scored: nothing is claimed about its maps."
  }`;
}

function licence({ cache, studentModel, fromScratch }: TrainingRecord): string {
  const base = fromScratch ? undefined : studentModel; // random weights have no terms
  const sources = [cache?.teacher?.name, base].filter((it) => it !== undefined).map(code);
  return `## Licence

None is stated here: the terms of ${
    sources.length > 0 ? `${sources.join(" and ")}, and of` : "the teacher, the base and"
  } the photos it learnt from apply. Set \`license\` at the top once you know which.`;
}
