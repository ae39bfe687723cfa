import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { adamSteps } from "../../lib/backend/kernels/adam_step.ts";
import { testOnEveryBackend } from "../support/backends.ts";
import { assertClose } from "../support/numeric.ts";
import { normalTensor, upload } from "./differentiate.ts";

const numbers = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, stepSize: 0.02, secondScale: 3 };

for (const shape of [[1], [7, 3], [4, 16], [2, 3, 5]]) {
  testOnEveryBackend(`adamSteps() moves a parameter of [${shape}]`, async () => {
    const [parameter, gradient, first, root] = ["parameter", "gradient", "first", "root"]
      .map((name) => normalTensor(name, shape));
    const inputs = tf.tidy(() => [parameter, gradient, first, root].map(upload));
    const second = tf.square(inputs[3]);
    const before = tf.memory().numTensors;
    const state = { parameter: inputs[0], first: inputs[2], second };
    const [next] = adamSteps([{ ...state, gradient: inputs[1] }], numbers);
    assert.equal(tf.memory().numTensors - before, 3, "three new tensors");

    const { beta1, beta2, epsilon, stepSize, secondScale } = numbers;
    const expected = [...parameter.data].map((theta, i) => {
      const [g, m, r] = [gradient, first, root].map(({ data }) => Number(data[i]));
      const newFirst = beta1 * m + (1 - beta1) * g;
      const newSecond = beta2 * r * r + (1 - beta2) * g * g;
      const change = stepSize * newFirst / (Math.sqrt(newSecond) * secondScale + epsilon);
      return [Number(theta) - change, newFirst, newSecond];
    });
    for (const [i, tensor] of [next.parameter, next.first, next.second].entries()) {
      assert.deepEqual(tensor.shape, shape);
      assertClose(await tensor.data(), expected.map((values) => values[i]), { tolerance: 1e-6 });
    }
    tf.dispose([inputs, second, next.parameter, next.first, next.second]);
  });
}
