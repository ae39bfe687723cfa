import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { attention, attentionMap } from "../../lib/backend/kernels/attention.ts";
import { testOnEveryBackend } from "../support/backends.ts";
import { assertClose } from "../support/numeric.ts";
import {
  differentiate,
  differentiateByDifferences,
  normalTensor,
  upload,
} from "./differentiate.ts";

/** B images, T tokens, H heads of d channels. */
interface Sizes {
  readonly batch: number;
  readonly tokens: number;
  readonly numHeads: number;
  readonly headWidth: number;
}

const sizes: Sizes[] = [
  { batch: 2, tokens: 5, numHeads: 3, headWidth: 4 },
  { batch: 1, tokens: 1, numHeads: 1, headWidth: 1 },
  { batch: 2, tokens: 6, numHeads: 2, headWidth: 3 },
  { batch: 1, tokens: 67, numHeads: 2, headWidth: 8 },
];

/** Weights [B, H, T, T] and mixed values [B, T, H·d], in float64. */
function plainAttention(qkv: ArrayLike<number>, { batch, tokens, numHeads, headWidth }: Sizes) {
  const width = numHeads * headWidth;
  const at = (part: number, b: number, h: number, t: number, c: number) =>
    qkv[((b * tokens + t) * 3 + part) * width + h * headWidth + c];
  const weights = new Float64Array(batch * numHeads * tokens * tokens);
  const mixed = new Float64Array(batch * tokens * width);
  for (let b = 0; b < batch; b++) {
    for (let h = 0; h < numHeads; h++) {
      for (let t = 0; t < tokens; t++) {
        const start = ((b * numHeads + h) * tokens + t) * tokens;
        const row = weights.subarray(start, start + tokens);
        for (let key = 0; key < tokens; key++) {
          for (let c = 0; c < headWidth; c++) row[key] += at(0, b, h, t, c) * at(1, b, h, key, c);
          row[key] /= Math.sqrt(headWidth);
        }
        const largest = Math.max(...row);
        const sum = row.reduce((sum, score) => sum + Math.exp(score - largest), 0);
        row.forEach((score, key) => row[key] = Math.exp(score - largest) / sum);
        for (let c = 0; c < headWidth; c++) {
          const to = (b * tokens + t) * width + h * headWidth + c;
          for (let key = 0; key < tokens; key++) mixed[to] += row[key] * at(2, b, h, key, c);
        }
      }
    }
  }
  return { weights, mixed };
}

function plainFused(weights: Float64Array, { batch, tokens, numHeads }: Sizes, fusion: string) {
  const area = tokens * tokens;
  return Float64Array.from({ length: batch * area }, (_, i) => {
    const entries = Array.from(
      { length: numHeads },
      (_, h) => weights[(Math.floor(i / area) * numHeads + h) * area + i % area],
    );
    if (fusion === "max") return Math.max(...entries);
    if (fusion === "min") return Math.min(...entries);
    return entries.reduce((sum, entry) => sum + entry, 0) / numHeads;
  });
}

for (const size of sizes) {
  const { batch, tokens, numHeads, headWidth } = size;
  const title = `of ${batch} images, ${tokens} tokens, ${numHeads} heads of ${headWidth}`;
  const qkv = normalTensor("qkv", [batch, tokens, 3 * numHeads * headWidth]);
  const plain = plainAttention(qkv.data as Float32Array, size);

  testOnEveryBackend(`attention() mixes values and keeps weights, ${title}`, async () => {
    const input = upload(qkv) as tf.Tensor3D;
    for (const keep of ["all", "mean", "max", "min"] as const) {
      const { mixed, attention: kept } = attention(input, { numHeads, keep });
      const alone = attentionMap(input, { numHeads, keep });
      const expected = keep === "all" ? plain.weights : plainFused(plain.weights, size, keep);
      assert.deepEqual(mixed.shape, [batch, tokens, numHeads * headWidth]);
      const shape = keep === "all" ? [batch, numHeads, tokens, tokens] : [batch, tokens, tokens];
      assert.deepEqual(kept!.shape, shape);
      assert.deepEqual(alone.shape, shape);
      assertClose(await mixed.data(), plain.mixed, { tolerance: 2e-6, label: "mixed" });
      assertClose(await kept!.data(), expected, { tolerance: 1e-6, label: keep });
      assertClose(await alone.data(), expected, { tolerance: 1e-6, label: `${keep} alone` });
      tf.dispose([mixed, kept!, alone]);
    }
    const { mixed, attention: nothing } = attention(input, { numHeads });
    assert.equal(nothing, undefined);
    tf.dispose([input, mixed]);
  });

  if (tokens > 10) continue; // finite differences of many tokens would take minutes
  testOnEveryBackend(`attention() has the gradient of finite differences, ${title}`, async () => {
    const f = (x: tf.Tensor) => attention(x as tf.Tensor3D, { numHeads }).mixed as tf.Tensor;
    const ours = await differentiate(f, [qkv]);
    const numeric = differentiateByDifferences((x) => [...plainAttention(x, size).mixed], [qkv]);
    assertClose(ours.value, numeric.value, { tolerance: 2e-6 });
    assertClose(ours.gradients[0], numeric.gradients[0], { tolerance: 1e-5, label: "gradient" });
  });
}

testOnEveryBackend(
  "attention() gives the same gradient when weights are asked for, too",
  async () => {
    const qkv = normalTensor("qkv", [1, 4, 12]);
    const gradients = await Promise.all([undefined, "mean" as const].map((keep) => {
      const f = (x: tf.Tensor) =>
        attention(x as tf.Tensor3D, { numHeads: 2, keep }).mixed as tf.Tensor;
      return differentiate(f, [qkv]);
    }));
    assert.deepEqual(gradients[1], gradients[0]);
  },
);

testOnEveryBackend("attention() stays finite where scores are huge", async () => {
  const input = tf.tidy(() => upload(normalTensor("qkv", [1, 5, 12])).mul(1e4)) as tf.Tensor3D;
  const { mixed, attention: weights } = attention(input, { numHeads: 2, keep: "all" });
  const sums = tf.tidy(() => weights!.sum(-1));
  assertClose(await sums.data(), new Float32Array(10).fill(1), { tolerance: 1e-5 });
  assert((await mixed.data()).every(Number.isFinite));
  tf.dispose([input, mixed, weights!, sums]);
});
