import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { gelu } from "../../lib/backend/kernels/gelu.ts";
import { float32Tensor } from "../../lib/weights/host_tensor.ts";
import { testOnEveryBackend } from "../support/backends.ts";
import { assertClose } from "../support/numeric.ts";
import { differentiate, differentiateByDifferences, normalTensor } from "./differentiate.ts";

/** erf of 0 to 3 by halves, from the tables of Abramowitz & Stegun 1964, 7.1. */
const erf = [0, 0.5204998778, 0.8427007929, 0.9661051465, 0.9953222650, 0.9995930480, 0.9999779095];

/** tfjs computes erf to 1.5e-7. */
const tolerance = 1e-6;

testOnEveryBackend("gelu() is x·(1 + erf(x/√2))/2, for either sign", async () => {
  const points = erf.flatMap((value, i) => {
    const x = i / 2 * Math.SQRT2;
    return [[x, x * (1 + value) / 2], [-x, -x * (1 - value) / 2]];
  });
  const y = tf.tidy(() => gelu(tf.tensor2d(points.map(([x]) => x), [7, 2])));
  assert.deepEqual(y.shape, [7, 2]);
  assertClose(await y.data(), points.map(([, expected]) => expected), { tolerance });
  y.dispose();
});

testOnEveryBackend("gelu() hands on large numbers and drops large negative ones", async () => {
  const y = tf.tidy(() => gelu(tf.tensor1d([-1e4, -40, 40, 1e4])));
  assert.deepEqual([...await y.data()].map((value) => value || 0), [0, 0, 40, 1e4]);
  y.dispose();
});

testOnEveryBackend("gelu() has the gradient that finite differences give", async () => {
  const inputs = [
    normalTensor("gelu", [4, 5]),
    float32Tensor([5], Float32Array.of(-6, -2, 0, 2, 6)),
  ];
  for (const input of inputs) {
    const ours = await differentiate((x) => gelu(x), [input]);
    const plain = differentiateByDifferences((x) => x.map((x) => x * normalCdf(x)), [input]);
    assertClose(ours.value, plain.value, { tolerance });
    assertClose(ours.gradients[0], plain.gradients[0], { tolerance, label: "gradient" });
  }
});

/** Φ(x) = ½ + φ(x)·(x + x³/3 + x⁵/(3·5) + …): Marsaglia 2004, doi:10.18637/jss.v011.i04. */
function normalCdf(x: number): number {
  let term = x;
  let sum = x;
  for (let odd = 3; Math.abs(term) > 1e-17; odd += 2) sum += term *= x * x / odd;
  return 0.5 + sum * Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
}
