import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import {
  attend,
  attentionWeights,
  type HeadInputs,
  splitHeads,
} from "../../lib/backend/kernels/composed_attention.ts";
import type { HostTensor } from "../../lib/weights/host_tensor.ts";
import { testOnEveryBackend } from "../support/backends.ts";
import { assertClose } from "../support/numeric.ts";
import {
  differentiate,
  differentiateByDifferences,
  normalTensor,
  upload,
} from "./differentiate.ts";

const [batch, tokens, numHeads, headWidth] = [2, 3, 2, 4];
const width = numHeads * headWidth;
const qkv = normalTensor("qkv", [batch, tokens, 3 * width]);

/** Where channel c of head h of query (0), key (1) or value (2) of token t of image b lies in `qkv`. */
function indexOf(
  part: number,
  { b, h, t, c }: { b: number; h: number; t: number; c: number },
): number {
  return ((b * tokens + t) * 3 + part) * width + h * headWidth + c;
}

function range(length: number): number[] {
  return Array.from({ length }, (_, i) => i);
}

/** The weights of one token, in float64. */
function plainWeights(qkv: number[], { b, h, t }: { b: number; h: number; t: number }): number[] {
  const logits = range(tokens).map((key) =>
    range(headWidth).reduce(
      (dot, c) => dot + qkv[indexOf(0, { b, h, t, c })] * qkv[indexOf(1, { b, h, t: key, c })],
      0,
    ) /
    Math.sqrt(headWidth)
  );
  const exponentials = logits.map((logit) => Math.exp(logit - Math.max(...logits)));
  return exponentials.map((value) => value / exponentials.reduce((a, b) => a + b));
}

/** All heads' outputs side by side, in float64. */
function plainAttention(qkv: number[]): number[] {
  return range(batch * tokens * width).map((i) => {
    const [b, t] = [Math.floor(i / (tokens * width)), Math.floor(i / width) % tokens];
    const [h, c] = [Math.floor(i % width / headWidth), i % headWidth];
    return plainWeights(qkv, { b, h, t }).reduce(
      (sum, weight, key) => sum + weight * qkv[indexOf(2, { b, h, t: key, c })],
      0,
    );
  });
}

function headsOf(tensor: HostTensor): HeadInputs {
  const input = upload(tensor) as tf.Tensor3D;
  const heads = splitHeads(input, numHeads);
  input.dispose();
  return heads;
}

testOnEveryBackend("splitHeads() cuts (query|key|value, head, channel) apart", async () => {
  const { queries, keys, values } = headsOf(qkv);
  for (const [part, tensor] of [queries, keys, values].entries()) {
    assert.deepEqual(tensor.shape, [batch * numHeads, tokens, headWidth]);
    const expected = range(batch).flatMap((b) =>
      range(numHeads).flatMap((h) =>
        range(tokens).flatMap((t) =>
          range(headWidth).map((c) => qkv.data[indexOf(part, { b, h, t, c })] as number)
        )
      )
    );
    assert.deepEqual([...await tensor.data()], expected);
  }
  tf.dispose([queries, keys, values]);
});

testOnEveryBackend("splitHeads() leaves no tensors but the three", () => {
  const tensor = upload(qkv) as tf.Tensor3D;
  const before = tf.memory().numTensors;
  const { queries, keys, values } = splitHeads(tensor, numHeads);
  assert.equal(tf.memory().numTensors - before, 3);
  tf.dispose([tensor, queries, keys, values]);
});

testOnEveryBackend("attentionWeights() is the softmax of q·kᵀ/√d", async () => {
  const heads = headsOf(qkv);
  const weights = attentionWeights(heads);
  const numbers = Array.from(qkv.data as Float32Array);
  const expected = range(batch).flatMap((b) =>
    range(numHeads).flatMap((h) => range(tokens).flatMap((t) => plainWeights(numbers, { b, h, t })))
  );
  assert.deepEqual(weights.shape, [batch * numHeads, tokens, tokens]);
  assertClose(await weights.data(), expected, { tolerance: 1e-6 });
  tf.dispose([weights, heads.queries, heads.keys, heads.values]);
});

testOnEveryBackend(
  "attentionWeights() sums to 1 over the keys, however large the logits",
  async () => {
    const large = normalTensor("large", qkv.shape);
    large.data.forEach((value, i) => large.data[i] = Number(value) * 100);
    const heads = headsOf(large);
    const weights = attentionWeights(heads);
    const sums = tf.sum(weights, 2);
    assertClose(await sums.data(), Array(batch * numHeads * tokens).fill(1), { tolerance: 1e-6 });
    tf.dispose([weights, sums, heads.queries, heads.keys, heads.values]);
  },
);

testOnEveryBackend("attend() puts the heads side by side; gradients reach q, k and v", async () => {
  const ours = await differentiate((input) => {
    const heads = splitHeads(input as tf.Tensor3D, numHeads);
    return attend(attentionWeights(heads), { values: heads.values, numHeads });
  }, [qkv]);
  const plain = differentiateByDifferences(plainAttention, [qkv]);
  assertClose(ours.value, plain.value, { tolerance: 1e-6 });
  assertClose(ours.gradients[0], plain.gradients[0], { tolerance: 1e-5, label: "gradient" });
});
