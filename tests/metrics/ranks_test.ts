import assert from "node:assert/strict";
import { meanRanks, spearmanCorrelation } from "../../lib/metrics/ranks.ts";
import { assertClose } from "../support/numeric.ts";

const map = (...values: number[]) => Float32Array.from(values);
const isAbout = (actual: number, expected: number) =>
  assertClose([actual], [expected], { tolerance: 1e-12 });

Deno.test("meanRanks() counts from 1, and equal values share their ranks", () => {
  assert.deepEqual(meanRanks(map(30, 10, 20)), map(3, 1, 2));
  assert.deepEqual(meanRanks(map(5, 7, 5, 1, 7, 7)), map(2.5, 5, 2.5, 1, 5, 5));
  assert.deepEqual(meanRanks(map(0, 0, 0)), map(2, 2, 2));
  assert.deepEqual(meanRanks(map()), map());
});

Deno.test("spearmanCorrelation() gives what is worked out by hand", () => {
  // 1 − 6·Σd²/(n(n² − 1)) with d = (0, 1, −1, 0)
  isAbout(spearmanCorrelation(map(10, 20, 30, 40), map(1, 3, 2, 4)), 0.8);
  // ranks (1½, 1½, 3) beside (1, 2, 3): 1.5/√(1.5·2)
  isAbout(spearmanCorrelation(map(1, 1, 2), map(1, 2, 3)), 1.5 / Math.sqrt(3));
});

Deno.test("spearmanCorrelation() sees the order alone", () => {
  const teacher = map(0.1, 0.9, 0.3, 0.7, 0);
  isAbout(spearmanCorrelation(teacher.map((it) => Math.exp(9 * it)), teacher), 1);
  isAbout(spearmanCorrelation(teacher.map((it) => -(it ** 3)), teacher), -1);
});

Deno.test("spearmanCorrelation() is 0 where a map is constant", () => {
  assert.equal(spearmanCorrelation(map(2, 2, 2), map(1, 2, 3)), 0);
  assert.equal(spearmanCorrelation(map(1, 2, 3), map(0, 0, 0)), 0);
  assert.equal(spearmanCorrelation(map(0, 0), map(0, 0)), 0);
  isAbout(spearmanCorrelation(map(0, 1, 0), map(0, 3, 0)), 1); // one-hot
});

Deno.test("spearmanCorrelation() refuses maps of different lengths", () => {
  assert.throws(() => spearmanCorrelation(map(1, 0), map(1)), {
    name: "TypeError",
    message: "Cannot compare maps: the prediction has 2 patches, expected the teacher's 1",
  });
});
