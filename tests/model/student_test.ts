import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { Student } from "../../lib/model/student.ts";
import { createStudent } from "../../lib/model/student_checkpoint.ts";
import { Random } from "../../lib/random/random.ts";
import { testOnEveryBackend } from "../support/backends.ts";
import { assertClose } from "../support/numeric.ts";
import { tinyConfig, tinyModel } from "./tiny_model.ts";

const grid = [2, 5] as const;
const images = Float32Array.from({ length: 2 * 12 * 16 * 3 }, (_, i) => Math.sin(i));

function tinyStudent({ numClasses = 3 } = {}): Student {
  const base = tinyModel({ ...tinyConfig, numClasses });
  return createStudent(base, { grid, random: Random.from("projection") });
}

testOnEveryBackend("Student.predict() is σ(W·base(image) + b) on the teacher's grid", async () => {
  const student = tinyStudent();
  const input = tf.tensor4d(images, [2, 12, 16, 3]);
  const maps = student.predict(input);
  const expected = tf.tidy(() => {
    const { logits } = student.base.forward(input);
    return tf.sigmoid(tf.matMul(logits, student.projection.weight).add(student.projection.bias));
  });
  assert.deepEqual(maps.shape, [2, 2, 5]);
  assertClose(await maps.data(), await expected.data(), { tolerance: 1e-6 });
  tf.dispose([input, maps, expected]);
  student.dispose();
});

testOnEveryBackend("Student.logits() sees the visible patches alone", async () => {
  const student = tinyStudent();
  const input = tf.tensor4d(images, [2, 12, 16, 3]);
  const visible = tf.tensor2d([[0, 1, 5], [3, 8, 11]], [2, 3], "int32");
  const logits = student.logits(input, visible);
  const all = student.logits(input);
  const expected = tf.tidy(() => {
    const { logits } = student.base.forward(input, { visible });
    return tf.matMul(logits, student.projection.weight).add(student.projection.bias);
  });
  const values = await logits.data();
  assertClose(values, await expected.data(), { tolerance: 1e-5 });
  const plain = await all.data();
  assert(values.some((value, i) => Math.abs(value - plain[i]) > 1e-3), "hidden patches matter");
  tf.dispose([input, visible, logits, all, expected]);
  student.dispose();
});

testOnEveryBackend("Student.parameters are the base's and the projection's", () => {
  const student = tinyStudent();
  const { parameters, projectionParameters, base } = student;
  assert.equal(parameters.size, base.parameters.size + 2);
  assert.equal(parameters.get("model.head.bias"), base.parameters.get("head.bias"));
  assert.deepEqual([...projectionParameters.keys()], ["projection.weight", "projection.bias"]);
  assert.equal(parameters.get("projection.weight"), student.projection.weight);
  assert.deepEqual(student.projection.weight.shape, [3, 10]);
  assert.deepEqual(student.projection.bias.shape, [10]);
  student.dispose();
}, { only: ["cpu"] });

testOnEveryBackend("createStudent() projects from a headless model's token", () => {
  const student = tinyStudent({ numClasses: 0 });
  assert.deepEqual(student.projection.weight.shape, [8, 10]);
  student.dispose();
}, { only: ["cpu"] });

testOnEveryBackend(
  "createStudent() draws the projection from the random numbers alone",
  async () => {
    const base = tinyModel();
    const draw = async (seed: number) => {
      const student = createStudent(base, { grid, random: Random.from(seed) });
      const weight = await student.projection.weight.data();
      tf.dispose([student.projection.weight, student.projection.bias]);
      return weight;
    };
    assert.deepEqual(await draw(1), await draw(1));
    assert.notDeepEqual(await draw(2), await draw(1));
    base.dispose();
  },
  { only: ["cpu"] },
);

testOnEveryBackend("Student refuses a projection that does not lead to the grid", () => {
  const base = tinyModel();
  const bias = tf.tidy(() => tf.variable(tf.zeros([10])));
  for (const shape of [[10, 3], [8, 10], [3, 9]]) {
    const weight = tf.tidy(() => tf.variable(tf.zeros(shape)));
    assert.throws(() => new Student(base, { projection: { weight, bias }, grid }), {
      name: "TypeError",
      message: `Cannot build student: the projection's weight is [${shape}], expected [3,10]`,
    });
    weight.dispose();
  }
  bias.dispose();
  base.dispose();
}, { only: ["cpu"] });
