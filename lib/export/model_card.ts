/**
 * The model card of a student, as the Hugging Face hub shows it.
 *
 * @module
 */
import { describeView } from "../dataset/student_view.ts";
import { oneLine } from "../files/one_line.ts";
import { addressOf } from "../model/model_address.ts";
import { countParameters, describeCount } from "../model/parameters.ts";
import type { EvaluationFile, Interval } from "../run/evaluation_file.ts";
import type { ExportedStudent } from "./exporter.ts";
import { otherFormats } from "./other_formats.ts";
import { pythonSnippet, usageNote } from "./python_snippet.ts";
import { type TrainingRecord, trainingRecordOf } from "./training_record.ts";

/** Writes the card, Markdown after YAML: what the model is, how it is used, where it comes from, how good it is. */
export function writeModelCard(exported: ExportedStudent): string {
  const training = trainingRecordOf(exported.metadata);
  return [
    metadataOf(training),
    introduction(exported, training),
    usage(exported),
    ...otherFormats(exported),
    history(exported, training),
    ...exported.evaluation ? [scores(exported.evaluation, training)] : [],
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

function history({ description }: ExportedStudent, training: TrainingRecord): string {
  const rows = trainingRows(training);
  const table = rows.map(([name, value]) => `| ${name} | ${value} |`);
  return [
    "## Training",
    "",
    "| | |",
    "| --- | --- |",
    `| sees | ${describeView(description)} |`,
    ...table,
  ].join("\n");
}

function trainingRows(
  { cache, studentModel, fromScratch, dataset, holdout, ...training }: TrainingRecord,
): [name: string, value: string][] {
  const { linearLayerEpochs, ftEpochs, batchSize, lr, augment, seed } = training;
  const { teacher, rollout } = cache ?? {};
  const rows: [name: string, value: string | number | undefined][] = [
    ["teacher", teacher?.name && code(teacher.name)],
    ["SHA-256 of its weights", teacher?.weightsSha256 && code(teacher.weightsSha256)],
    [
      "its rollout",
      rollout &&
      plain(
        `${rollout.mode}, heads by ${rollout.headFusion}, discard ratio ${rollout.discardRatio}`,
      ),
    ],
    ["base", studentModel && code(studentModel) + (fromScratch ? ", from scratch" : "")],
    ["photos", dataset?.imageCount],
    ["share of them held out", holdout],
    ["epochs of the projection alone", linearLayerEpochs],
    ["epochs of everything, at a tenth of the rate", ftEpochs],
    ["batch", batchSize],
    ["learning rate (Adam)", lr],
    ["augmentation", augment === undefined ? undefined : augment ? "yes" : "no"],
    ["seed", seed],
  ];
  return rows.flatMap(([name, value]) => value === undefined ? [] : [[name, String(value)]]);
}

function scores(evaluation: EvaluationFile, training: TrainingRecord): string {
  const { photos, predictors, measures, scores } = evaluation;
  const cell = (score: Interval | undefined, withInterval: boolean) => {
    if (!score) return "–";
    const [mean, low, high] = [score.mean, score.low, score.high].map((value) => value.toFixed(3));
    return withInterval ? `**${mean}** (${low} to ${high})` : mean;
  };
  const rows = measures.map(({ name, title, better }) => {
    const cells = predictors.map(({ name: predictor, kind }) =>
      cell(scores[predictor]?.[name], kind === "student")
    );
    return `| ${plain(title)} ${better === "higher" ? "↑" : "↓"} | ${cells.join(" | ")} |`;
  });
  return [
    "## Scores",
    "",
    `Against the teacher's maps of ${photos} photos${
      seenBefore(evaluation, training)
    }: means, and the student's bootstrap intervals of 95 %.`,
    "",
    `| | ${predictors.map(({ title }) => plain(title)).join(" | ")} |`,
    `| --- |${" ---: |".repeat(predictors.length)}`,
    ...rows,
  ].join("\n");
}

/** Whether the student has learnt from the photos that it was scored on, as far as its file says. */
function seenBefore(
  { datasetSha256, holdout }: EvaluationFile,
  { dataset, holdout: heldOut }: TrainingRecord,
): string {
  if (dataset?.pathsSha256 === undefined || heldOut === undefined) {
    return ", of which it is not known whether the student was trained on them";
  }
  if (dataset.pathsSha256 !== datasetSha256) return " of another data set than it was trained on";
  return holdout <= heldOut
    ? " that were held out of its training"
    : ", some of which it was trained on";
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

function licence({ cache, studentModel }: TrainingRecord): string {
  const sources = [cache?.teacher?.name, studentModel].filter((it) => it !== undefined).map(code);
  return `## Licence

None is stated here: the terms of ${
    sources.length > 0 ? `${sources.join(" and ")}, and of` : "the teacher, the base and"
  } the photos it learnt from apply. Set \`license\` at the top once you know which.`;
}

/** A text of a file in which nothing is markup. */
function plain(text: string): string {
  return oneLine(text).replaceAll(/[`|<>[\]]/g, "'");
}

/** A text of a file as code, in which nothing is markup. */
function code(text: string): string {
  return `\`${oneLine(text).replaceAll(/[`|]/g, "'")}\``;
}
