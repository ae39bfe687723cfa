/**
 * Exported students in onnxruntime say what ours say.
 */
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { openBackend } from "../../../lib/backend/open_backend.ts";
import { serialiseModel } from "../../../lib/export/onnx/serialise_model.ts";
import { studentGraph } from "../../../lib/export/onnx/student_graph.ts";
import type { OnnxInputOptions } from "../../../lib/export/onnx/student_signature.ts";
import { readStudent } from "../../../lib/model/student_checkpoint.ts";
import { describeWithFixtures } from "../../support/fixtures.ts";
import { assertClose } from "../../support/numeric.ts";
import { loadReferenceModel, referenceModels } from "../../support/reference_models.ts";
import { tinyConfig, tinyModel } from "../../model/tiny_model.ts";
import { type DescribedStudent, drawExample, studentOf } from "./exported_student.ts";
import { degradations, inputs } from "./graph_variants.ts";
import { runOnnx, testWithRuntime } from "./onnx_runtime.ts";

const tolerance = 1e-4;
const checkpointSha256 = "0".repeat(64);

/** Asserts that one graph gives our student's maps for one photo and for three, and disposes the student. */
async function assertEqualMaps(student: DescribedStudent, options: OnnxInputOptions) {
  const { description } = student;
  const weights = await readStudent(student.student);
  const model = studentGraph(weights, { ...options, description, checkpointSha256 });
  const examples = [
    await drawExample(1, { ...student, ...options }),
    await drawExample(3, { ...student, ...options }),
  ];
  const results = await runOnnx(serialiseModel(model), examples.map(({ feeds }) => feeds));
  for (const [index, { map }] of examples.entries()) {
    const actual = results[index].map;
    assert.deepEqual(actual.shape, [index === 0 ? 1 : 3, ...description.grid]);
    assertClose(actual.data as Float32Array, map, { tolerance });
    assert(Math.max(...map) - Math.min(...map) > 100 * tolerance, "the maps tell something");
  }
  student.student.dispose();
}

describeWithFixtures("studentGraph() in onnxruntime equals Student.predict()", () => {
  for (const name of referenceModels) {
    for (const degradation of degradations) {
      for (const options of inputs) {
        const how = options.includeDegradation ? "with degradation" : "of degraded photos";
        const title = `of ${name}, ${degradation.strategy} ${how}, ${options.pixelType}`;
        testWithRuntime(`studentGraph() ${title}, equals Student.predict()`, async () => {
          await openBackend("cpu");
          const before = tf.memory().numTensors;
          await assertEqualMaps(
            studentOf(await loadReferenceModel(name), { degradation }),
            options,
          );
          assert.equal(tf.memory().numTensors, before, "no tensor is left");
        });
      }
    }
  }
});

for (const factor of [1, 1.7, 4, 7.9, 12]) {
  testWithRuntime(`studentGraph() pixelates by ${factor} as pixelate() does`, async () => {
    await openBackend("cpu");
    const degradation = { strategy: "DOWNSIZE", factor } as const;
    const student = studentOf(tinyModel(), { degradation });
    await assertEqualMaps(student, { includeDegradation: true, pixelType: "float32" });
  });
}

testWithRuntime("studentGraph() hands the small image to a student built for it", async () => {
  await openBackend("cpu");
  const degradation = { strategy: "DOWNSIZE", factor: 5 } as const;
  for (const options of inputs) {
    const student = studentOf(tinyModel(), { degradation, viewSize: [63, 80] }); // to 12×16
    await assertEqualMaps(student, options);
  }
});

testWithRuntime("studentGraph() brings masked photos to the student's size", async () => {
  await openBackend("cpu");
  const degradation = { strategy: "MAE", maskRatio: 0.75 } as const;
  for (const options of inputs) {
    await assertEqualMaps(studentOf(tinyModel(), { degradation, viewSize: [30, 30] }), options);
  }
});

testWithRuntime("studentGraph() leaves pixels beyond a whole patch out, as timm does", async () => {
  await openBackend("cpu");
  const base = tinyModel({ ...tinyConfig, imageSize: [14, 19], qkvBias: false });
  const student = studentOf(base, { degradation: degradations[0] });
  await assertEqualMaps(student, inputs[0]);
});

testWithRuntime("studentGraph() makes no map of an empty batch", async () => {
  await openBackend("cpu");
  for (const degradation of degradations) {
    const { student, description } = studentOf(tinyModel(), { degradation });
    const weights = await readStudent(student);
    for (const options of inputs) {
      const { feeds } = await drawExample(1, { student, description, ...options });
      const none = Object.entries(feeds).map(([name, { data, shape }]) =>
        [name, { data: data.slice(0, 0), shape: [0, ...shape.slice(1)] }] as const
      );
      const model = studentGraph(weights, { ...options, description, checkpointSha256 });
      const [{ map }] = await runOnnx(serialiseModel(model), [Object.fromEntries(none)]);
      assert.deepEqual(map.shape, [0, ...description.grid]);
    }
    student.dispose();
  }
});
