/**
 * What a model card says of a student's training.
 *
 * @module
 */
import { describeView } from "../dataset/student_view.ts";
import type { StudentDescription } from "../model/student_description.ts";
import { code } from "./markdown.ts";
import type { TrainingRecord } from "./training_record.ts";

/** Writes what the student sees, and what its file says of teacher, base, photos and epochs. */
export function trainingSection(
  description: StudentDescription,
  training: TrainingRecord,
): string {
  const rows = trainingRows(training);
  const { step } = training;
  const table = rows.map(([name, value]) => `| ${name} | ${value} |`);
  return [
    "## Training",
    "",
    "| | |",
    "| --- | --- |",
    `| sees | ${describeView(description)} |`,
    ...table,
    // an early checkpoint says the same of its run as the last one
    ...step === undefined ? [] : [
      "",
      `The epochs are those of the whole run; this student is as it was after ${step} steps.`,
    ],
  ].join("\n");
}

/** What the options of a rollout came to, as far as they are said. */
function describeRollout(
  { mode, headFusion, discardRatio }: NonNullable<NonNullable<TrainingRecord["cache"]>["rollout"]>,
): string | undefined {
  const said = [
    mode && code(mode),
    headFusion && `heads by ${code(headFusion)}`,
    discardRatio !== undefined && `discard ratio ${discardRatio}`,
  ].filter(Boolean);
  return said.length > 0 ? said.join(", ") : undefined;
}

function trainingRows(
  { cache, studentModel, studentCommit, fromScratch, dataset, holdout, ...training }:
    TrainingRecord,
): [name: string, value: string][] {
  const { linearLayerEpochs, ftEpochs, batchSize, lr, augment, seed } = training;
  const { teacher, rollout } = cache ?? {};
  const rows: [name: string, value: string | number | undefined][] = [
    ["teacher", teacher?.name && code(teacher.name)],
    ["SHA-256 of its weights", teacher?.weightsSha256 && code(teacher.weightsSha256)],
    ["its commit on the hub", teacher?.commit && code(teacher.commit)],
    ["its rollout", rollout && describeRollout(rollout)],
    ["base", studentModel && code(studentModel) + (fromScratch ? ", from scratch" : "")],
    ["the base's commit on the hub", studentCommit && code(studentCommit)],
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
