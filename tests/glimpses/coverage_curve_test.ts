import assert from "node:assert/strict";
import { coverageCurve } from "../../lib/glimpses/coverage_curve.ts";
import { nextGlimpses } from "../../lib/glimpses/next_glimpses.ts";
import { Random } from "../../lib/random/random.ts";

const teacher = Float32Array.of(1, 2, 3, 2);

Deno.test("coverageCurve() adds up the teacher's attention, each patch once", () => {
  const glimpses = [{ patches: [2] }, { patches: [0, 2] }, { patches: [1, 3] }];
  assert.deepEqual(coverageCurve(teacher, glimpses), [3 / 8, 4 / 8, 1]);
  assert.deepEqual(coverageCurve(teacher, []), []);
});

Deno.test("coverageCurve() of an all-zero map is 0", () => {
  assert.deepEqual(coverageCurve(new Float32Array(4), [{ patches: [0] }, { patches: [1] }]), [
    0,
    0,
  ]);
});

Deno.test("coverageCurve() agrees with what glimpses say of their own map, and never falls", () => {
  const random = Random.from("coverage");
  const map = () => Float32Array.from({ length: 30 }, () => random.uniform());
  for (let round = 0; round < 20; round++) {
    const own = map();
    const options = { grid: [5, 6], count: 6, size: 2, imageSize: [5, 6] } as const;
    const glimpses = nextGlimpses(own, options);
    const shares = coverageCurve(own, glimpses);
    let sum = 0;
    for (const [place, { mass }] of glimpses.entries()) {
      assert.ok(Math.abs(shares[place] - (sum += mass)) < 1e-12);
    }
    const foreign = coverageCurve(map(), glimpses);
    assert.deepEqual(foreign, foreign.toSorted((a, b) => a - b));
  }
});

Deno.test("coverageCurve() refuses patches beyond the map", () => {
  assert.throws(() => coverageCurve(teacher, [{ patches: [4] }]), {
    name: "RangeError",
    message: "Cannot measure coverage: a glimpse has patch 4, expected one of the map's 4",
  });
});
