/**
 * `deno task sample`: makes what ships in `data/sample` anew.
 *
 * @module
 */
import { join } from "node:path";
import {
  type SampleOptions,
  sampleTask,
  trainTask,
  visualiseTask,
} from "../lib/config/task_schemas.ts";
import { writeFileAtomically } from "../lib/files/atomic_write.ts";
import { runTask } from "./terminal/run_task.ts";
import { startBackend } from "./terminal/start_backend.ts";
import type { Terminal } from "./terminal/terminal.ts";

/** Scenes that the students learn from. */
const trainingScenes = 2000;
/** Scenes that ship with the project, unseen by any student. */
const shippedScenes = 120;

/** The sample's two classifiers, by folder: size and training. */
const models = {
  "teacher": {
    question: "hue",
    args: { embed_dim: 64, depth: 4, num_heads: 2 },
    steps: 400,
  },
  "student-base": {
    question: "hue and place",
    args: { embed_dim: 48, depth: 3, num_heads: 3 },
    steps: 1000,
  },
} as const;

await runTask(sampleTask, async (options, terminal) => {
  await startBackend(options, terminal);
  if (options.part !== "students") await trainModels(options, terminal);
  if (options.part !== "models") await trainStudents(options, terminal);
  return { outputDir: options.outputDir };
});

async function trainModels(
  { outputDir: output, seed }: SampleOptions,
  terminal: Terminal,
): Promise<void> {
  const { trainSceneClassifier } = await import("../lib/train/train_scene_classifier.ts");
  for (const [name, { question, args, steps }] of Object.entries(models)) {
    const bar = terminal.progress(name, steps, { unit: "steps" });
    const folder = join(output, name);
    await trainSceneClassifier({
      question,
      args,
      steps,
      folder,
      batchSize: 64,
      lr: 1e-3,
      seed,
      signal: terminal.signal,
      onStep: (done, { loss, accuracy }) => bar.update({ done, loss, accuracy }),
    });
    bar.stop();
    terminal.print(`trained ${folder}`);
  }
}

async function trainStudents(
  { outputDir: output, seed }: SampleOptions,
  terminal: Terminal,
): Promise<void> {
  const { sceneStage } = await import("./stages/scene_stage.ts");
  const { trainStage } = await import("./stages/train_stage.ts");
  const { visualiseStage } = await import("./stages/visualise_stage.ts");
  const work = join("data", "runs", "sample");
  const teacherModel = `local-dir:${join(output, "teacher")}`;
  const training = { teacherModel, count: trainingScenes, seed };
  const shared = await sceneStage(work, { ...training, terminal });
  for (const [name, student] of Object.entries(studentsOf(output))) {
    const options = { ...shared, ...student, seed, runDir: join(work, name), overwrite: true };
    const { checkpoint, complete } = await trainStage(trainTask.schema.parse(options), terminal);
    if (!complete) return;
    const shipped = join(output, "students", `${name}.safetensors`);
    await writeFileAtomically(shipped, await Deno.readFile(checkpoint!));
  }
  const shipped = { teacherModel, count: shippedScenes, seed: seed + 1, terminal };
  const scenes = await sceneStage(output, shipped);
  const picture = {
    ...scenes,
    checkpoint: join(output, "students", "pixelating.safetensors"),
    output: join(output, "visualise.png"),
    count: 4,
  };
  await visualiseStage(visualiseTask.schema.parse(picture), terminal);
}

/** The three students, as the original system shipped its three. */
function studentsOf(output: string) {
  const pretrained = {
    studentModel: `local-dir:${join(output, "student-base")}`,
    linearLayerEpochs: 4,
    ftEpochs: 20,
    lr: 1e-2,
  };
  return {
    "pixelating": { ...pretrained, strategy: "DOWNSIZE" },
    "small-image": {
      studentModel: "vit_tiny_patch16_224",
      studentArgs: {
        img_size: 12, // ⌊64/5⌋: it takes the small image as it is
        patch_size: 2,
        embed_dim: 48,
        depth: 3,
        num_heads: 3,
        num_classes: 0,
      },
      fromScratch: true,
      strategy: "DOWNSIZE",
      linearLayerEpochs: 0, // a frozen base of random weights has nothing to teach a projection
      ftEpochs: 60,
      lr: 1e-2,
    },
    "masked": { ...pretrained, strategy: "MAE" },
  };
}
