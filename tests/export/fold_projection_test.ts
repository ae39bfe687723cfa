import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { foldProjection } from "../../lib/export/fold_projection.ts";
import { differenceOf } from "../../lib/export/folding_difference.ts";
import { loadParameters, stateDictOf } from "../../lib/model/state_dict.ts";
import { VisionTransformer } from "../../lib/model/vision_transformer.ts";
import { Random } from "../../lib/random/random.ts";
import { float32Tensor } from "../../lib/weights/safetensors.ts";
import { testOnEveryBackend } from "../support/backends.ts";
import { assertClose } from "../support/numeric.ts";
import { makeStudent, studentKinds } from "./students.ts";

for (const kind of studentKinds) {
  testOnEveryBackend(`foldProjection() makes one model of a ${kind} student`, async () => {
    const { student, description } = makeStudent(kind);
    const folded = await foldProjection(student, description);
    const { config } = folded.description;
    assert.equal(config.numClasses, 6);
    const model = new VisionTransformer(
      config,
      await loadParameters(config, stateDictOf(kind, folded.tensors)),
    );
    const [height, width] = config.imageSize;
    const random = Random.from("images");
    const values = Float32Array.from({ length: 2 * height * width * 3 }, () => random.normal());
    const images = tf.tensor4d(values, [2, height, width, 3]);
    const maps = [tf.tidy(() => model.forward(images).logits), student.logits(images)];
    const [actual, expected] = await Promise.all(maps.map((map) => map.data()));
    assertClose(actual, expected, { tolerance: 1e-5, label: kind });
    assert(new Set(expected).size === 12, "the maps say something");
    tf.dispose([images, maps]);
    model.dispose();
    student.dispose();
  }, { only: ["cpu", "wasm", "webgpu"] });
}

testOnEveryBackend("foldProjection() crops as the view, on the base's own scale", async () => {
  const { student, description } = makeStudent("small");
  const { description: model } = await foldProjection(student, description);
  const { mean, std } = description.model.preprocessing;
  assert.deepEqual(model.preprocessing, {
    imageSize: [8, 10],
    cropPct: 0.8,
    cropMode: "center",
    interpolation: "bilinear",
    mean,
    std,
  });
  student.dispose();
}, { only: ["cpu"] });

testOnEveryBackend("foldProjection() sums in float64", async () => {
  const { student, description } = makeStudent("plain");
  const row = [2 ** 25, 1, -(2 ** 25), 0, 0]; // in float32, 2²⁵ + 1 is 2²⁵
  tf.tidy(() => {
    const rows = tf.tensor2d(Array(6).fill(row).flat(), [6, 5]);
    student.projection.weight.assign(rows.transpose());
    student.projection.bias.assign(tf.zeros([6]));
    student.base.parameters.get("head.bias")!.assign(tf.ones([5]));
  });
  const { tensors } = await foldProjection(student, description);
  assert.deepEqual([...tensors.get("head.bias")!.data as Float32Array], Array(6).fill(1));
  student.dispose();
}, { only: ["cpu"] });

testOnEveryBackend(
  "differenceOf() is nothing for what was folded, and finds what was not",
  async () => {
    const { student, description } = makeStudent("distilled");
    const folded = await foldProjection(student, description);
    assert(await differenceOf(folded, student) < 1e-6);
    const other = new Map(folded.tensors);
    other.set("head_dist.bias", float32Tensor([6], new Float32Array(6).fill(9)));
    assert(await differenceOf({ ...folded, tensors: other }, student) > 0.1);
    student.dispose();
  },
  { only: ["cpu", "wasm"] },
);
