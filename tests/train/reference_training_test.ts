/**
 * Six steps of training as PyTorch takes them: losses, gradients and weights.
 */
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { loadStudent } from "../../lib/model/load_student.ts";
import { readStudent } from "../../lib/model/student_checkpoint.ts";
import { stateDictOf, withinPrefix } from "../../lib/model/state_dict.ts";
import { timmKeyOf } from "../../lib/weights/key_map.ts";
import { toTimmLayout } from "../../lib/model/parameter_layout.ts";
import { parameterShapes } from "../../lib/model/parameters.ts";
import type { Student } from "../../lib/model/student.ts";
import type { Phase } from "../../lib/run/run_folder.ts";
import { Adam } from "../../lib/train/adam.ts";
import { lossAndGradients, trainedParameters, trainStep } from "../../lib/train/train_step.ts";
import type { TrainingBatch } from "../../lib/train/training_batch.ts";
import { parseSafetensors } from "../../lib/weights/safetensors.ts";
import { testOnEveryBackend } from "../support/backends.ts";
import { describeWithFixtures, readFixture } from "../support/fixtures.ts";
import { assertClose } from "../support/numeric.ts";
import { imageTensor, referenceConfig } from "../support/reference_models.ts";

describeWithFixtures("training equals PyTorch", () => {
  const file = "training.expected.safetensors";
  const { tensors, metadata } = parseSafetensors(readFixture(file), { name: file });
  const { student_out_dim: _, ...args } = JSON.parse(metadata.config);
  const config = referenceConfig(JSON.stringify(args));
  const losses = tensors.get("losses")!.data as Float32Array;

  const initialStudent = () => {
    const source = withinPrefix(stateDictOf(file, tensors), "init.");
    return loadStudent(source, { config, grid: [4, 4] });
  };

  /** The batch of one step: `images` [6, 8, 3, 64, 64] and `targets` [6, 8, 4, 4] of the fixture. */
  const batchOf = (step: number): TrainingBatch => {
    const rows = (name: string) => {
      const { data, shape } = tensors.get(name)!;
      const size = data.length / shape[0];
      return (data as Float32Array).subarray(step * size, (step + 1) * size);
    };
    const shape = tensors.get("images")!.shape.slice(1);
    return {
      images: imageTensor({ dtype: "F32", shape, data: rows("images") }),
      targets: tf.tensor2d(rows("targets"), [8, 16]),
    };
  };

  /** After the first phase only the projection has changed: that is what the fixture holds then. */
  const assertWeights = async (student: Student, prefix: string) => {
    const actual = await readStudent(student);
    const expected = [...tensors].filter(([key]) => key.startsWith(`${prefix}.`));
    assert(expected.length >= 2, `the fixture holds ${prefix}`);
    for (const [key, { data }] of expected) {
      const weights = actual.get(key.slice(prefix.length + 1))!.data as Float32Array;
      assertClose(weights, data as Float32Array, { tolerance: 1e-4, label: key });
    }
  };

  const runPhase = async (student: Student, phase: Phase, steps: number[]) => {
    const optimiser = new Adam(trainedParameters(student, phase), phase === "linear" ? 1e-3 : 1e-4);
    for (const step of steps) {
      const { images, targets } = batchOf(step);
      const loss = trainStep(student, { batch: { images, targets }, phase, optimiser });
      assertClose(await loss.data(), [losses[step]], { tolerance: 1e-5, label: `loss ${step}` });
      tf.dispose([loss, images, targets]);
    }
    optimiser.dispose();
  };

  testOnEveryBackend("trainStep() gives PyTorch's losses and weights in both phases", async () => {
    const student = await initialStudent();
    await runPhase(student, "linear", [0, 1, 2]);
    await assertWeights(student, "after0");
    await runPhase(student, "ft", [3, 4, 5]);
    await assertWeights(student, "after1");
    student.dispose();
  });

  testOnEveryBackend("lossAndGradients() gives PyTorch's gradients", async () => {
    const student = await initialStudent();
    await runPhase(student, "linear", [0, 1, 2]);
    const { images, targets } = batchOf(3);
    const { loss, gradients } = lossAndGradients(student, {
      batch: { images, targets },
      phase: "ft",
    });
    const shapes = new Map(
      [...parameterShapes(config)].map(([name, shape]) => [`model.${name}`, shape]),
    );
    for (const [name, gradient] of Object.entries(gradients)) {
      const key = name.startsWith("model.") ? `model.${timmKeyOf(name.slice(6))}` : name;
      const shape = shapes.get(name) ?? gradient.shape.toReversed();
      const actual = toTimmLayout(name.replace(/^model\./, ""), {
        data: await gradient.data<"float32">(),
        shape,
      });
      const expected = tensors.get(`grad3.${key}`)!.data as Float32Array;
      const largest = expected.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
      assertClose(actual.data as Float32Array, expected, { tolerance: 1e-4 * largest, label: key });
    }
    tf.dispose([images, targets, loss, gradients]);
    student.dispose();
  });
});
