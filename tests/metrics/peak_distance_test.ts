import assert from "node:assert/strict";
import { peakDistance } from "../../lib/metrics/peak_distance.ts";

const map = (...values: number[]) => Float32Array.from(values);
/** Patches of 20×25 pixels. */
const sizes = { grid: [2, 4], imageSize: [40, 100] } as const;
const topLeft = map(1, 0, 0, 0, 0, 0, 0, 0);

Deno.test("peakDistance() is in pixels, upright and across by the patches' sizes", () => {
  const distance = peakDistance(topLeft, map(0, 0, 0, 0, 0, 0.1, 0.9, 0.3), sizes);
  assert.equal(distance, Math.hypot(20, 50));
  assert.equal(peakDistance(topLeft, topLeft, sizes), 0);
});

Deno.test("peakDistance() takes the mean place of equal peaks", () => {
  assert.equal(peakDistance(topLeft, map(0, 0, 3, 0, 0, 0, 0, 0), sizes), 50);
  assert.equal(peakDistance(topLeft, map(3, 0, 3, 0, 0, 0, 0, 0), sizes), 25);
  assert.equal(peakDistance(map(3, 3, 3, 3, 3, 3, 3, 3), topLeft, sizes), Math.hypot(10, 37.5));
  assert.equal(peakDistance(new Float32Array(8), new Float32Array(8), sizes), 0);
});

Deno.test("peakDistance() refuses maps of another grid", () => {
  assert.throws(() => peakDistance(map(1, 0), map(1, 0), sizes), {
    name: "TypeError",
    message: "Cannot compare peaks: grid is 2×4, expected 2 patches",
  });
  assert.throws(() => peakDistance(map(1, 0), map(1), sizes), { name: "TypeError" });
});
