import assert from "node:assert/strict";
import { areaUnderCurve, topPatches, topRecall } from "../../lib/metrics/top_patches.ts";
import { Random } from "../../lib/random/random.ts";
import { assertClose } from "../support/numeric.ts";

const map = (...values: number[]) => Float32Array.from(values);
const rising = map(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
const constant = new Float32Array(10).fill(0.1);
const zero = new Float32Array(10);
const oneHot = map(0, 0, 0, 1, 0, 0, 0, 0, 0, 0);

function randomMap(key: number): Float32Array {
  const random = Random.from("top patches", key);
  return Float32Array.from({ length: 50 }, () => random.integer(0, 9) / 8);
}

Deno.test("topPatches() takes the rounded share, at least one", () => {
  assert.deepEqual(topPatches(rising, { share: 0.2 }), [8, 9]);
  assert.deepEqual(topPatches(rising, { share: 0.25 }), [7, 8, 9]);
  assert.deepEqual(topPatches(rising, { share: 0.01 }), [9]);
  assert.deepEqual(topPatches(rising, { share: 1 }), [1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

Deno.test("topPatches() takes all that tie for the last place, but not the whole map", () => {
  assert.deepEqual(topPatches(map(0, 5, 5, 9, 5), { share: 0.4 }), [1, 2, 3, 4]);
  assert.deepEqual(topPatches(oneHot, { share: 0.5 }), [3]);
  assert.deepEqual(topPatches(constant, { share: 0.1 }), []);
  assert.deepEqual(topPatches(zero, { share: 0.1 }), []);
});

Deno.test("topPatches() refuses an impossible share", () => {
  for (const share of [0, -1, 1.5, NaN]) {
    assert.throws(() => topPatches(rising, { share }), {
      name: "RangeError",
      message: `Cannot choose top patches: share is ${share}, expected above 0, up to 1`,
    });
  }
});

Deno.test("areaUnderCurve() counts pairs in the right order, ties by halves", () => {
  // positives 5 and 1; of the negatives 5, 3 and six zeros the first beats 7 and ties 1, the second beats 6
  const prediction = map(5, 3, 0, 0, 0, 0, 0, 0, 5, 1);
  assert.equal(areaUnderCurve(prediction, rising, { share: 0.2 }), (7.5 + 6) / 16);
});

Deno.test("areaUnderCurve() equals the count over all pairs", () => {
  for (let key = 0; key < 10; key++) {
    const [prediction, teacher] = [randomMap(key), randomMap(key + 100)];
    for (const share of [0.05, 0.1, 0.2]) {
      const top = topPatches(teacher, { share });
      const rest = [...teacher.keys()].filter((patch) => !top.includes(patch));
      const wins = top.flatMap((a) =>
        rest.map((b) => (Math.sign(prediction[a] - prediction[b]) + 1) / 2)
      );
      const expected = wins.reduce((sum, win) => sum + win, 0) / wins.length;
      assertClose([areaUnderCurve(prediction, teacher, { share })], [expected], {
        tolerance: 1e-12,
      });
    }
  }
});

Deno.test("areaUnderCurve() is 1 at best, 0 at worst, and ½ where a map is constant", () => {
  const share = 0.2;
  assert.equal(areaUnderCurve(rising, rising, { share }), 1);
  assert.equal(areaUnderCurve(rising.map((it) => -it), rising, { share }), 0);
  assert.equal(areaUnderCurve(oneHot, oneHot, { share }), 1);
  for (const flat of [constant, zero]) {
    assert.equal(areaUnderCurve(flat, rising, { share }), 0.5);
    assert.equal(areaUnderCurve(rising, flat, { share }), 0.5);
  }
});

Deno.test("topRecall() counts the teacher's top patches among the prediction's", () => {
  assert.equal(topRecall(map(0, 0, 0, 0, 0, 0, 0, 9, 0, 8), rising, { share: 0.2 }), 0.5);
  assert.equal(topRecall(rising, rising, { share: 0.2 }), 1);
  assert.equal(topRecall(rising.toReversed(), rising, { share: 0.2 }), 0);
});

Deno.test("topRecall() takes the expectation where patches tie for the last places", () => {
  // 9 is in; of the two fives one is, each as likely
  assert.equal(topRecall(map(9, 5, 0, 0, 0, 0, 0, 0, 5, 0), rising, { share: 0.2 }), 0.25);
  assert.equal(topRecall(constant, rising, { share: 0.2 }), 0.2);
  assert.equal(topRecall(zero, oneHot, { share: 0.2 }), 0.1);
});

Deno.test("topRecall() of a one-hot map beside itself is 1, of a constant teacher 0", () => {
  assert.equal(topRecall(oneHot, oneHot, { share: 0.5 }), 1);
  assert.equal(topRecall(rising, constant, { share: 0.1 }), 0);
  assert.equal(topRecall(constant, zero, { share: 0.1 }), 0);
});

Deno.test("measures of the top refuse maps of different lengths", () => {
  for (const measure of [areaUnderCurve, topRecall]) {
    assert.throws(() => measure(map(1), map(1, 0), { share: 0.1 }), { name: "TypeError" });
  }
});
