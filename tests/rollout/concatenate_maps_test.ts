import assert from "node:assert/strict";
import { concatenateMaps } from "../../lib/rollout/concatenate_maps.ts";

Deno.test("concatenateMaps() puts maps of any lengths one after another", () => {
  const maps = [Float32Array.of(1, 2), new Float32Array(), Float32Array.of(3)];
  assert.deepEqual(concatenateMaps(maps), Float32Array.of(1, 2, 3));
  assert.deepEqual(concatenateMaps([]), new Float32Array());
});
