/**
 * The benchmark: the same batch through each part, again and again.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { BenchOptions } from "../../lib/config/task_schemas.ts";
import { buildFromScratch } from "../../lib/model/model_source.ts";
import { createStudent } from "../../lib/model/student_checkpoint.ts";
import type { VisionTransformer } from "../../lib/model/vision_transformer.ts";
import { numPrefixTokensOf } from "../../lib/model/vit_config.ts";
import { Random } from "../../lib/random/random.ts";
import { referenceRollout } from "../../lib/rollout/reference.ts";
import { rollout } from "../../lib/rollout/rollout.ts";
import type { Phase } from "../../lib/run/run_folder.ts";
import { Adam } from "../../lib/train/adam.ts";
import { trainedParameters, trainStep } from "../../lib/train/train_step.ts";
import type { Terminal } from "../terminal/terminal.ts";

/** One measurement. */
export interface BenchRow {
  /** What was timed. */
  readonly name: string;
  /** The median over the repetitions. */
  readonly imagesPerSecond: number;
}

/** Times each part on random images and weights: the weights' values do not change the work. */
export async function benchStage(options: BenchOptions, terminal: Terminal): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  const add = (name: string, imagesPerSecond: number) => {
    rows.push({ name, imagesPerSecond });
    terminal.print(`${name.padEnd(44)} ${imagesPerSecond.toFixed(2).padStart(10)} images/s`);
  };
  await benchTeacher(options, add);
  for (const phase of ["linear", "ft"] as const) await benchStudent(options, phase, add);
  return rows;
}

type Add = (name: string, imagesPerSecond: number) => void;

async function benchTeacher(options: BenchOptions, add: Add): Promise<void> {
  const { teacherModel, teacherArgs, weightsDir, batchSize, headFusion } = options;
  const source = { model: teacherModel, args: teacherArgs, weightsDir };
  const { model } = await buildFromScratch(source, Random.from("bench teacher"));
  const images = randomImages(model, batchSize);
  const settings = {
    mode: options.rolloutMode,
    discardRatio: options.discardRatio,
    numPrefixTokens: numPrefixTokensOf(model.config),
    grid: model.grid,
  };
  const attend = () => model.attentions(images, headFusion) as tf.Tensor3D[];
  add("teacher, attention of every layer", await throughput(options, () => attend()));
  add(
    "teacher and rollout",
    await throughput(options, () => tf.tidy(() => [rollout(attend(), settings)])),
  );
  const fused = attend();
  add("rollout alone", await throughput(options, () => [rollout(fused, settings)]));
  const tokens = fused[0].shape[1];
  const layers = await Promise.all(fused.map(async (layer) => ({
    heads: 1,
    tokens,
    data: (await layer.data<"float32">()).slice(0, tokens * tokens),
  })));
  const one = { ...options, batchSize: 1, repeats: 1 };
  const reference = await throughput(one, () => {
    referenceRollout(layers, { ...settings, headFusion });
    return [];
  });
  add("rollout by the float64 reference, one image", reference);
  tf.dispose([images, fused]);
  model.dispose();
}

async function benchStudent(options: BenchOptions, phase: Phase, add: Add): Promise<void> {
  const { studentModel, studentArgs, weightsDir, batchSize } = options;
  const source = { model: studentModel, args: studentArgs, weightsDir };
  const { model } = await buildFromScratch(source, Random.from("bench student"));
  const grid = [14, 14] as const;
  const student = createStudent(model, { grid, random: Random.from("bench projection") });
  const optimiser = new Adam(trainedParameters(student, phase), 1e-3);
  const images = randomImages(model, batchSize);
  const targets: tf.Tensor2D = tf.randomUniform([batchSize, grid[0] * grid[1]]);
  const step = () => [trainStep(student, { batch: { images, targets }, phase, optimiser })];
  const name = phase === "linear" ? "student step, base frozen" : "student step, everything";
  add(name, await throughput(options, step));
  tf.dispose([images, targets]);
  optimiser.dispose();
  student.dispose();
}

function randomImages({ config }: VisionTransformer, batchSize: number): tf.Tensor4D {
  return tf.randomNormal([batchSize, ...config.imageSize, 3]);
}

/** Images a second, the median over the repetitions; a warm-up compiles shaders and fills caches. */
async function throughput(
  { batchSize, repeats }: { batchSize: number; repeats: number },
  work: () => tf.Tensor[],
): Promise<number> {
  const seconds: number[] = [];
  for (let repeat = -1; repeat < repeats; repeat++) {
    const start = performance.now();
    const results = work();
    await Promise.all(results.map((result) => result.data())); // a GPU is done only then
    if (repeat >= 0) seconds.push((performance.now() - start) / 1000);
    tf.dispose(results);
  }
  return batchSize / seconds.sort((a, b) => a - b)[Math.floor(seconds.length / 2)];
}
