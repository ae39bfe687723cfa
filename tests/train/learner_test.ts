import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { initialModel } from "../../lib/model/model_source.ts";
import type { Student } from "../../lib/model/student.ts";
import { createStudent, type StudentDescription } from "../../lib/model/student_checkpoint.ts";
import { Random } from "../../lib/random/random.ts";
import { Adam } from "../../lib/train/adam.ts";
import { openLearner } from "../../lib/train/learner.ts";
import { describeSceneClassifier } from "../../lib/train/train_scene_classifier.ts";
import { trainedParameters } from "../../lib/train/train_step.ts";
import type { Example } from "../../lib/train/training_batch.ts";
import { testOnEveryBackend } from "../support/backends.ts";
import { assertClose } from "../support/numeric.ts";
import { describeWith } from "../support/permissions.ts";
import { tinyArgs } from "../support/tiny_pipeline.ts";

const model = describeSceneClassifier("hue", tinyArgs);
const grid = [3, 4] as const;

function descriptionOf(degradation: StudentDescription["degradation"]): StudentDescription {
  return { model, grid, degradation, view: model.preprocessing };
}

function newStudent(): Student {
  const base = initialModel(model.config, Random.from("learner"));
  return createStudent(base, { grid, random: Random.from("learner's projection") });
}

function examples(count: number): Example[] {
  const random = Random.from("examples");
  const [height, width] = model.config.imageSize;
  return Array.from({ length: count }, (_, index) => ({
    data: Uint8Array.from({ length: height * width * 3 }, () => random.integer(0, 256)),
    map: Float32Array.from({ length: grid[0] * grid[1] }, () => random.uniform()),
    maskKey: [index],
  }));
}

/** The losses of two frozen and two unfrozen steps, and the weights that they end at. */
async function trained(description: StudentDescription, workers: number) {
  const student = newStudent();
  const losses: number[] = [];
  {
    using learner = openLearner({ student, description, batchSize: 20, workers, blas: "auto" });
    for (const phase of ["linear", "ft"] as const) {
      const optimiser = new Adam(trainedParameters(student, phase), 1e-3);
      for (const size of [20, 7]) {
        const { loss } = await learner.prepare(examples(size), phase).step(optimiser);
        losses.push(await loss);
      }
      learner.prepare(examples(3), phase).dispose();
      optimiser.dispose();
    }
  }
  const weights: number[] = [];
  for (const variable of student.parameters.values()) weights.push(...await variable.data());
  student.dispose();
  return { losses, weights };
}

describeWith(["read"], "openLearner()", () => {
  for (
    const degradation of [
      { strategy: "DOWNSIZE", factor: 4 },
      { strategy: "MAE", maskRatio: 0.5 },
    ] as const
  ) {
    const title = `openLearner() learns the same in workers, ${degradation.strategy}`;
    testOnEveryBackend(title, async () => {
      const description = descriptionOf(degradation);
      const here = await trained(description, 1);
      const inTwo = await trained(description, 2);
      const inThree = await trained(description, 3);
      const again = await trained(description, 3);
      assertClose(inTwo.losses, here.losses, { tolerance: 1e-6, label: "loss" });
      assertClose(inTwo.weights, here.weights, { tolerance: 2e-5, label: "weight" });
      assertClose(inThree.weights, here.weights, { tolerance: 2e-5, label: "weight" });
      assert.deepEqual(again, inThree, "the same bits for as many workers");
    }, { only: ["wasm"] });
  }

  testOnEveryBackend("openLearner() hands on what a worker cannot do", async () => {
    const student = newStudent();
    const description = descriptionOf({ strategy: "DOWNSIZE", factor: 4 });
    const optimiser = new Adam(trainedParameters(student, "ft"), 1e-3);
    {
      using learner = openLearner({ student, description, batchSize: 8, workers: 2, blas: "auto" });
      const [example] = examples(1);
      const torn = { ...example, data: example.data.subarray(1) };
      const step = learner.prepare([torn], "ft").step(optimiser);
      await assert.rejects(step, { name: "TypeError" });
    }
    optimiser.dispose();
    student.dispose();
  }, { only: ["wasm"] });

  testOnEveryBackend("openLearner() refuses a number of workers that is none", () => {
    const student = newStudent();
    const description = descriptionOf({ strategy: "DOWNSIZE", factor: 4 });
    const options = { student, description, batchSize: 8, blas: "auto" };
    assert.throws(() => openLearner({ ...options, workers: 0 }), RangeError);
    student.dispose();
  }, { only: ["wasm"] });
});

testOnEveryBackend("openLearner() learns on the backend where that is not wasm", async () => {
  const student = newStudent();
  const description = descriptionOf({ strategy: "DOWNSIZE", factor: 4 });
  const optimiser = new Adam(trainedParameters(student, "linear"), 1e-2);
  const before = tf.memory().numTensors;
  using learner = openLearner({ student, description, batchSize: 8, workers: 4, blas: "auto" });
  const losses = [];
  for (let step = 0; step < 3; step++) {
    const taken = await learner.prepare(examples(2), "linear").step(optimiser);
    losses.push(await taken.loss);
  }
  assert(losses[2] < losses[0]);
  assert.equal(tf.memory().numTensors, before);
  optimiser.dispose();
  student.dispose();
}, { only: ["cpu", "webgpu"] });
