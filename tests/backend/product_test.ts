import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { product, transposeMatrices } from "../../lib/backend/kernels/product.ts";
import { testOnEveryBackend } from "../support/backends.ts";
import { assertClose } from "../support/numeric.ts";
import { differentiate, normalTensor } from "./differentiate.ts";

const shapes: [name: string, a: number[], b: number[]][] = [
  ["matrices", [5, 3], [3, 4]],
  ["a row and a column", [1, 6], [6, 1]],
  ["batches", [3, 4, 5], [3, 5, 2]],
  ["batches of heads", [2, 3, 4, 5], [2, 3, 5, 2]],
];

for (const [name, a, b] of shapes) {
  testOnEveryBackend(`product() of ${name} has matMul's value and gradients`, async () => {
    const inputs = [normalTensor("a", a), normalTensor("b", b)];
    const ours = await differentiate((a, b) => product(a, b), inputs);
    const plain = await differentiate((a, b) => tf.matMul(a, b), inputs);
    assertClose(ours.value, plain.value, { tolerance: 1e-5 });
    assertClose(ours.gradients[0], plain.gradients[0], { tolerance: 1e-5, label: "da" });
    assertClose(ours.gradients[1], plain.gradients[1], { tolerance: 1e-5, label: "db" });
  });
}

testOnEveryBackend("product() refuses matrices that do not fit", () => {
  tf.tidy(() => {
    assert.throws(() => product(tf.ones([2, 3]), tf.ones([2, 3])), /inner shapes/);
  });
});

testOnEveryBackend("transposeMatrices() swaps the last two axes alone", async () => {
  const transposed = tf.tidy(() => transposeMatrices(tf.range(0, 12).reshape([2, 2, 3])));
  assert.deepEqual(transposed.shape, [2, 3, 2]);
  assert.deepEqual([...await transposed.data()], [0, 3, 1, 4, 2, 5, 6, 9, 7, 10, 8, 11]);
  transposed.dispose();
});
