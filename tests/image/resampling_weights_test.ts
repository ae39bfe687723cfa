import assert from "node:assert/strict";
import { resamplingWeights } from "../../lib/image/resampling_weights.ts";

for (const interpolation of ["bicubic", "bilinear"] as const) {
  Deno.test(`resamplingWeights() sums to one and stays inside the input: ${interpolation}`, () => {
    for (const [inputSize, outputSize] of [[1, 1], [1, 9], [9, 1], [500, 224], [14, 24], [7, 7]]) {
      const { first, count, weights, stride } = resamplingWeights(inputSize, outputSize, {
        interpolation,
      });
      assert.equal(first.length, outputSize);
      for (let i = 0; i < outputSize; i++) {
        assert.ok(first[i] >= 0 && count[i] > 0 && count[i] <= stride);
        assert.ok(first[i] + count[i] <= inputSize);
        const own = weights.subarray(i * stride, i * stride + count[i]);
        assert.ok(Math.abs(own.reduce((a, b) => a + b) - 1) < 1e-12);
      }
    }
  });
}

Deno.test("resamplingWeights() widens the filter when shrinking: every input counts", () => {
  const { first, count } = resamplingWeights(1000, 10, { interpolation: "bilinear" });
  for (let i = 1; i < 10; i++) assert.ok(first[i] <= first[i - 1] + count[i - 1]);
  assert.ok(count[5] >= 199, `${count[5]} inputs`);
});
