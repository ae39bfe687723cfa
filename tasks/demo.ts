/**
 * `deno task demo`: the whole pipeline on scenes that it draws itself.
 *
 * @module
 */
import { join } from "node:path";
import { degradationOf, optionsOf } from "../lib/config/degradation_options.ts";
import { reportTask } from "../lib/config/report_schemas.ts";
import { sampleBaseFolder, sampleTeacherFolder } from "../lib/config/sample.ts";
import { demoTask, evaluateTask, trainTask, visualiseTask } from "../lib/config/task_schemas.ts";
import { runTask } from "./terminal/run_task.ts";
import { startBackend } from "./terminal/start_backend.ts";

/** Enough to beat the baselines clearly, in under three minutes on two cores. */
const scenes = 480;
const training = { linearLayerEpochs: 4, ftEpochs: 16, batchSize: 32, lr: 1e-2, holdout: 0.2 };

await runTask(demoTask, async (options, terminal) => {
  const { sceneStage } = await import("./stages/scene_stage.ts");
  const { trainStage } = await import("./stages/train_stage.ts");
  const { evaluateStage } = await import("./stages/evaluate_stage.ts");
  const { visualiseStage } = await import("./stages/visualise_stage.ts");
  const { reportStage } = await import("./stages/report_stage.ts");
  await startBackend(options, terminal);
  const { outputDir: output, seed } = options;

  terminal.say(`1/5 precompute: ${scenes} scenes under the sample teacher`);
  const teacherModel = `local-dir:${sampleTeacherFolder}`;
  const data = await sceneStage(output, { teacherModel, count: scenes, seed, terminal });

  terminal.say("2/5 train: the projection, then everything");
  const student = {
    studentModel: `local-dir:${sampleBaseFolder}`,
    ...optionsOf(degradationOf(options)),
  };
  const { complete } = await trainStage(
    trainTask.schema.parse({
      ...data,
      ...student,
      ...training,
      seed,
      runDir: output,
      overwrite: true,
    }),
    terminal,
  );
  if (!complete) return;

  terminal.say("3/5 evaluate: on scenes that the student has never seen");
  const { scores } = await evaluateStage(
    evaluateTask.schema.parse({
      ...data,
      runDir: output,
      seed,
      withTeacher: true,
      faithfulness: true,
      equivariance: true,
    }),
    terminal,
  );

  terminal.say("4/5 visualise");
  const picture = await visualiseStage(
    visualiseTask.schema.parse({ ...data, runDir: output, seed }),
    terminal,
  );
  terminal.print(`loss curve: ${join(output, "loss.png")}`);

  terminal.say("5/5 report");
  const report = await reportStage(
    reportTask.schema.parse({ ...data, runDir: output, seed }),
    terminal,
  );
  return { output, scores, picture: picture.output, report: report.output };
});
