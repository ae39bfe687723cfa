import assert from "node:assert/strict";
import { divideByMaximum } from "../../lib/rollout/divide_by_maximum.ts";

Deno.test("divideByMaximum() brings the maximum to 1 and leaves zeros, and the map itself, alone", () => {
  const map = Float32Array.of(0, 1, 4);
  assert.deepEqual(divideByMaximum(map), Float32Array.of(0, 0.25, 1));
  assert.deepEqual(map, Float32Array.of(0, 1, 4));
  assert.deepEqual(divideByMaximum(new Float32Array(2)), new Float32Array(2));
});
