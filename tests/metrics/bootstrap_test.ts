import assert from "node:assert/strict";
import { bootstrapInterval, bootstrapIntervals } from "../../lib/metrics/bootstrap.ts";
import { Random } from "../../lib/random/random.ts";
import { assertClose } from "../support/numeric.ts";

const random = () => Random.from("bootstrap test");
const normals = (count: number, key: number) => {
  const source = Random.from("normals", key);
  return Array.from({ length: count }, () => source.normal());
};

Deno.test("bootstrapInterval() of equal values, or of one, is that value", () => {
  assert.deepEqual(bootstrapInterval([3], { random: random() }), { mean: 3, low: 3, high: 3 });
  assert.deepEqual(bootstrapInterval([0.5, 0.5, 0.5], { random: random() }), {
    mean: 0.5,
    low: 0.5,
    high: 0.5,
  });
});

Deno.test("bootstrapInterval() takes the percentiles of the samples' means", () => {
  // rows drawn: (0, 0), (0, 1), (1, 1): means 0, 2, 4; percentiles 2.5 and 97.5 lie 5 % from the ends
  const drawn = [0, 0, 0, 1, 1, 1];
  const script = { integer: () => drawn.shift()! };
  const { mean, low, high } = bootstrapInterval([0, 4], { random: script, resamples: 3 });
  assertClose([mean, low, high], [2, 0.1, 3.9], { tolerance: 1e-12 });
});

Deno.test("bootstrapInterval() is about the mean ± 1.96 standard errors", () => {
  const { mean, low, high } = bootstrapInterval(normals(400, 1), { random: random() });
  assertClose([mean - low, high - mean], [0.098, 0.098], { tolerance: 0.012 });
});

Deno.test("bootstrapInterval() holds the true mean in about 95 of 100 experiments", () => {
  let held = 0;
  for (let key = 0; key < 200; key++) {
    const options = { random: Random.from("coverage", key), resamples: 400 };
    const { low, high } = bootstrapInterval(normals(60, key), options);
    if (low <= 0 && high >= 0) held++;
  }
  assert(held >= 180 && held <= 198, `${held} of 200`);
});

Deno.test("bootstrapInterval() is the same from the same source", () => {
  const values = normals(20, 3);
  const first = bootstrapInterval(values, { random: random() });
  assert.deepEqual(bootstrapInterval(values, { random: random() }), first);
  assert.notDeepEqual(bootstrapInterval(values, { random: Random.from("other") }), first);
});

Deno.test("bootstrapIntervals() gives each column what it would get alone", () => {
  const columns = [normals(9, 1), normals(9, 2)];
  const alone = columns.map((values) => bootstrapInterval(values, { random: random() }));
  assert.deepEqual(bootstrapIntervals(columns, { random: random() }), alone);
});

Deno.test("bootstrapIntervals() refuses what cannot be resampled", () => {
  const refuses = (columns: number[][], message: string, resamples?: number) =>
    assert.throws(() => bootstrapIntervals(columns, { random: random(), resamples }), { message });
  refuses([[]], "Cannot bootstrap: there are 0 values, expected some");
  refuses([], "Cannot bootstrap: there are 0 values, expected some");
  refuses([[1, 2], [1]], "Cannot bootstrap: a column has 1 values, expected 2 as the first");
  refuses([[1]], "Cannot bootstrap: resamples is 0, expected a positive integer", 0);
});
