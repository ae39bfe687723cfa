import assert from "node:assert/strict";
import { measureNames, measures, scoreMap } from "../../lib/evaluate/measures.ts";

const context = {
  grid: [2, 3],
  imageSize: [20, 30],
  prior: Float32Array.of(1, 2, 1, 1, 2, 1),
} as const;
const teacher = Float32Array.of(0, 0.5, 0, 1, 0.25, 0);

Deno.test("scoreMap() gives every measure a finite value, of whatever maps", () => {
  const maps = {
    constant: new Float32Array(6).fill(0.1),
    ones: new Float32Array(6).fill(1),
    oneHot: Float32Array.of(0, 0, 1, 0, 0, 0),
    zero: new Float32Array(6),
    usual: Float32Array.of(0.1, 0.3, 1, 0.2, 0.3, 0),
  };
  for (const [name, prediction] of Object.entries(maps)) {
    for (const [other, truth] of Object.entries(maps)) {
      const scores = scoreMap(prediction, truth, context);
      assert.deepEqual(Object.keys(scores), measureNames);
      for (const [measure, score] of Object.entries(scores)) {
        assert(Number.isFinite(score), `${measure} of ${name} beside ${other} is ${score}`);
      }
    }
  }
});

Deno.test("scoreMap() of the teacher's own map is better than of any other, each way as it says", () => {
  const best = scoreMap(teacher, teacher, context);
  const opposite = scoreMap(teacher.map((it) => 1 - it), teacher, context);
  for (const { name, better } of measures) {
    const measure = name as keyof typeof best;
    const [high, low] = better === "higher" ? [best, opposite] : [opposite, best];
    assert(high[measure] > low[measure], name);
  }
});

Deno.test("scoreMap() measures peaks in the photo's pixels and gains over the prior", () => {
  const scores = scoreMap(Float32Array.of(1, 0, 0, 0, 0, 0), teacher, context);
  assert.equal(scores.peakDistance, 10);
  assert.equal(scoreMap(context.prior, teacher, context).ig, 0);
});
