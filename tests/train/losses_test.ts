import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { binaryCrossEntropy, categoricalCrossEntropy } from "../../lib/train/losses.ts";
import { testOnEveryBackend } from "../support/backends.ts";
import { assertClose } from "../support/numeric.ts";

const sigmoid = (z: number) => 1 / (1 + Math.exp(-z));

testOnEveryBackend(
  "binaryCrossEntropy() is the mean of −y·ln σ(z) − (1 − y)·ln(1 − σ(z))",
  async () => {
    const z = [-3, -0.5, 0, 2];
    const y = [0, 0.25, 1, 0.75];
    const each = z.map((z, i) =>
      -y[i] * Math.log(sigmoid(z)) - (1 - y[i]) * Math.log(1 - sigmoid(z))
    );
    const [logits, targets] = [tf.tensor2d([z]), tf.tensor2d([y])];
    const { value, grad } = tf.valueAndGrad((x: tf.Tensor) => binaryCrossEntropy(x, targets))(
      logits,
    );
    const mean = each.reduce((a, b) => a + b) / 4;
    assertClose(await value.data(), [mean], { tolerance: 1e-6, label: "loss" });
    const expected = z.map((z, i) => (sigmoid(z) - y[i]) / 4);
    assertClose(await grad.data(), expected, { tolerance: 1e-6, label: "gradient" });
    tf.dispose([logits, targets, value, grad]);
  },
);

testOnEveryBackend("binaryCrossEntropy() stays finite where a sigmoid is 0 or 1", async () => {
  const [logits, targets] = [tf.tensor1d([500, -500]), tf.tensor1d([0, 1])];
  const loss = binaryCrossEntropy(logits, targets);
  assertClose(await loss.data(), [500], { tolerance: 1e-3, label: "loss" });
  tf.dispose([logits, targets, loss]);
});

testOnEveryBackend("categoricalCrossEntropy() is −ln of the true class's share", async () => {
  const logits = tf.tensor2d([[1, 2, 3], [0, 0, 0]]);
  const labels = tf.tensor1d([2, 0], "int32");
  const { value, grad } = tf.valueAndGrad((x: tf.Tensor) =>
    categoricalCrossEntropy(x as tf.Tensor2D, labels)
  )(logits);
  const total = Math.E + Math.E ** 2 + Math.E ** 3;
  const expected = (-Math.log(Math.E ** 3 / total) + Math.log(3)) / 2;
  assertClose(await value.data(), [expected], { tolerance: 1e-6, label: "loss" });
  const rows = [[Math.E / total, Math.E ** 2 / total, Math.E ** 3 / total - 1], [
    1 / 3 - 1,
    1 / 3,
    1 / 3,
  ]];
  assertClose(await grad.data(), rows.flat().map((g) => g / 2), {
    tolerance: 1e-6,
    label: "gradient",
  });
  assert.equal(value.size, 1);
  tf.dispose([logits, labels, value, grad]);
});
