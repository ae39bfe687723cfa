import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { pixelTensor } from "../../lib/model/pixel_tensor.ts";
import { Random } from "../../lib/random/random.ts";
import { createClassifier } from "../../lib/teacher/classifier.ts";
import { tinyConfig, tinyDescription, tinyModel } from "../model/tiny_model.ts";
import { testOnEveryBackend } from "../support/backends.ts";
import { assertClose } from "../support/numeric.ts";

const { preprocessing } = tinyDescription();
const [height, width] = tinyConfig.imageSize;

testOnEveryBackend("createClassifier() gives the softmax of the model's logits", async () => {
  const model = tinyModel();
  const random = Random.from("classifier");
  const images = Array.from({ length: 2 }, () => ({
    height,
    width,
    data: Uint8Array.from({ length: height * width * 3 }, () => random.integer(0, 256)),
  }));
  const before = tf.memory().numTensors;
  const probabilities = await createClassifier(model, { preprocessing })(images);
  assert.equal(tf.memory().numTensors, before);
  const pixels = pixelTensor(images.map(({ data }) => data), preprocessing);
  const { tokens, logits, attentions } = model.forward(pixels);
  const values = await logits.data<"float32">();
  for (const [i, actual] of probabilities.entries()) {
    const powers = values.subarray(3 * i, 3 * i + 3).map(Math.exp);
    const total = powers.reduce((sum, power) => sum + power);
    assertClose(actual, powers.map((power) => power / total), { tolerance: 1e-4 });
  }
  tf.dispose([pixels, tokens, logits, attentions]);
  model.dispose();
});

testOnEveryBackend("createClassifier() refuses a model without classes", () => {
  const model = tinyModel({ ...tinyConfig, numClasses: 0 });
  assert.throws(() => createClassifier(model, { preprocessing }), {
    name: "RangeError",
    message:
      /^Cannot classify photos: the model has 0 classes, expected a teacher with a classifier/,
  });
  model.dispose();
}, { only: ["cpu"] });
