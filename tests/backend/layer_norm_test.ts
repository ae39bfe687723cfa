import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { layerNorm } from "../../lib/backend/kernels/layer_norm.ts";
import { testOnEveryBackend } from "../support/backends.ts";
import { assertClose } from "../support/numeric.ts";
import {
  differentiate,
  differentiateByDifferences,
  normalTensor,
  upload,
} from "./differentiate.ts";

const width = 5;
const weight = normalTensor("weight", [width]);
const bias = normalTensor("bias", [width]);

/** The formula in float64. */
function plainLayerNorm(x: number[], weight: number[], bias: number[], epsilon: number): number[] {
  return x.map((value, i) => {
    const row = x.slice(i - i % width, i - i % width + width);
    const mean = row.reduce((a, b) => a + b) / width;
    const variance = row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / width;
    const normalised = (value - mean) / Math.sqrt(variance + epsilon);
    return normalised * weight[i % width] + bias[i % width];
  });
}

for (const [shape, epsilon] of [[[3, width], 1e-6], [[2, 3, width], 0.1]] as const) {
  testOnEveryBackend(
    `layerNorm() of [${shape}] with ε ${epsilon} has the formula's value and gradients`,
    async () => {
      const inputs = [normalTensor("x", shape), weight, bias];
      const ours = await differentiate(
        (x, weight, bias) => layerNorm(x, { weight, bias, epsilon }),
        inputs,
      );
      const plain = differentiateByDifferences(
        (x, weight, bias) => plainLayerNorm(x, weight, bias, epsilon),
        inputs,
      );
      assertClose(ours.value, plain.value, { tolerance: 1e-5 });
      for (const [index, label] of ["dx", "dγ", "dβ"].entries()) {
        assertClose(ours.gradients[index], plain.gradients[index], { tolerance: 1e-5, label });
      }
    },
  );
}

testOnEveryBackend("layerNorm() takes timm's ε of 1e-6 by itself", async () => {
  const small = normalTensor("x", [4, width]);
  small.data.forEach((value, i) => small.data[i] = Number(value) * 1e-3);
  const y = tf.tidy(() => layerNorm(upload(small), { weight: upload(weight), bias: upload(bias) }));
  const [x, gamma, beta] = [small, weight, bias].map(({ data }) => [...data as Float32Array]);
  assertClose(await y.data(), plainLayerNorm(x, gamma, beta, 1e-6), { tolerance: 1e-5 });
  y.dispose();
});

testOnEveryBackend(
  "layerNorm() keeps the shape, and takes a constant row to its bias",
  async () => {
    const y = tf.tidy(() =>
      layerNorm(tf.fill([2, 1, width], 1000), { weight: upload(weight), bias: upload(bias) })
    );
    assert.deepEqual(y.shape, [2, 1, width]);
    assertClose(await y.data(), [...bias.data, ...bias.data] as number[], { tolerance: 1e-6 });
    y.dispose();
  },
);
