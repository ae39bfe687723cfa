import assert from "node:assert/strict";
import { uniform } from "./random_model.ts";

Deno.test("uniform() fills the range evenly, the same for the same seed", () => {
  const range = { low: -2, high: 6 };
  const values = uniform(10_000, { ...range, seed: 1 });
  assert.deepEqual(uniform(10_000, { ...range, seed: 1 }), values);
  assert.notDeepEqual(uniform(10_000, { ...range, seed: 2 }), values);
  assert(values.every((value) => value >= -2 && value <= 6));
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  assert(Math.abs(mean - 2) < 0.1, `${mean}`); // its deviation is 8/√12/√10000 = 0.023
});
