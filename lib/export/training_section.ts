/**
 * What a model card says of a student's training.
 *
 * @module
 */
import { describeView } from "../dataset/student_view.ts";
import type { StudentDescription } from "../model/student_description.ts";
import { code, plain } from "./markdown.ts";
import type { TrainingRecord } from "./training_record.ts";

/** Writes what the student sees, and what its file says of teacher, base, photos and epochs. */
export function trainingSection(
  description: StudentDescription,
  training: TrainingRecord,
): string {
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
