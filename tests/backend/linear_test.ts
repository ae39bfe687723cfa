import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { linear } from "../../lib/backend/kernels/linear.ts";
import { testOnEveryBackend } from "../support/backends.ts";
import { assertClose } from "../support/numeric.ts";
import { differentiate, normalTensor, upload } from "./differentiate.ts";

const weight = normalTensor("weight", [3, 4]);
const bias = normalTensor("bias", [4]);

for (const shape of [[5, 3], [2, 5, 3], [2, 2, 5, 3]]) {
  testOnEveryBackend(`linear() of [${shape}] has the value and gradients of x·W + b`, async () => {
    const inputs = [normalTensor("x", shape), weight, bias];
    const ours = await differentiate((x, weight, bias) => linear(x, { weight, bias }), inputs);
    const plain = await differentiate(
      (x, weight, bias) => tf.matMul(x.reshape([-1, 3]), weight).add(bias),
      inputs,
    );
    assertClose(ours.value, plain.value, { tolerance: 1e-5 });
    for (const [index, label] of ["dx", "dW", "db"].entries()) {
      assertClose(ours.gradients[index], plain.gradients[index], { tolerance: 1e-5, label });
    }
  });
}

testOnEveryBackend("linear() does without a bias, and keeps the leading axes", async () => {
  const x = normalTensor("x", [2, 5, 3]);
  const y = tf.tidy(() => linear(upload(x), { weight: upload(weight) }));
  const expected = tf.tidy(() => tf.matMul(upload(x).reshape([-1, 3]), upload(weight)));
  assert.deepEqual(y.shape, [2, 5, 4]);
  assertClose(await y.data(), await expected.data(), { tolerance: 1e-6 });
  tf.dispose([y, expected]);
});
