import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { Adam } from "../../lib/train/adam.ts";
import { testOnEveryBackend } from "../support/backends.ts";
import { assertClose } from "../support/numeric.ts";

const gradients = [[0.5, -2, 0], [0.1, 3, 0], [-1, 0.001, 1e-12]];

/** PyTorch's Adam in float64, written out. */
function expectedAfter(steps: number, lr: number): number[] {
  return [1, -1, 0.25].map((start, i) => {
    let [value, m, v] = [start, 0, 0];
    for (let t = 1; t <= steps; t++) {
      const g = gradients[t - 1][i];
      m = 0.9 * m + 0.1 * g;
      v = 0.999 * v + 0.001 * g * g;
      value -= lr * (m / (1 - 0.9 ** t)) / (Math.sqrt(v / (1 - 0.999 ** t)) + 1e-8);
    }
    return value;
  });
}

function parametersAtStart() {
  return new Map([["w", tf.tidy(() => tf.variable(tf.tensor1d([1, -1, 0.25])))]]);
}

function takeStep(optimiser: Adam, step: number): void {
  const w = tf.tensor1d(gradients[step]);
  optimiser.step({ w });
  w.dispose();
}

testOnEveryBackend("Adam.step() takes PyTorch's steps", async () => {
  const parameters = parametersAtStart();
  const optimiser = new Adam(parameters, 0.1);
  for (const step of [0, 1, 2]) {
    takeStep(optimiser, step);
    const values = await parameters.get("w")!.data();
    assertClose(values, expectedAfter(step + 1, 0.1), { tolerance: 1e-6, label: `step ${step}` });
  }
  assert.equal(optimiser.steps, 3);
  optimiser.dispose();
  parameters.get("w")!.dispose();
});

testOnEveryBackend("Adam.restore() goes on from the moments that were read", async () => {
  const whole = parametersAtStart();
  const uninterrupted = new Adam(whole, 0.1);
  for (const step of [0, 1, 2]) takeStep(uninterrupted, step);

  const parts = parametersAtStart();
  const before = new Adam(parts, 0.1);
  for (const step of [0, 1]) takeStep(before, step);
  const after = new Adam(parts, 0.1);
  after.restore(await before.readMoments(), before.steps);
  takeStep(after, 2);
  assert.deepEqual(await parts.get("w")!.data(), await whole.get("w")!.data());
  for (const optimiser of [uninterrupted, before, after]) optimiser.dispose();
  tf.dispose([whole.get("w")!, parts.get("w")!]);
});

testOnEveryBackend("Adam.restore() refuses moments that are missing", () => {
  const parameters = parametersAtStart();
  const optimiser = new Adam(parameters, 0.1);
  assert.throws(() => optimiser.restore(new Map(), 1), {
    name: "SyntaxError",
    message: /first\.w is missing/,
  });
  optimiser.dispose();
  parameters.get("w")!.dispose();
}, { only: ["cpu"] });
