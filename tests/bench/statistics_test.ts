import assert from "node:assert/strict";
import { median, speedup, spreadOf } from "./statistics.ts";

Deno.test("median() takes the middle, or the mean of the two in the middle", () => {
  assert.equal(median([5]), 5);
  assert.equal(median([9, 1, 10]), 9); // by value, not as text
  assert.equal(median([4, 1, 3, 2]), 2.5);
});

Deno.test("median() refuses no values and leaves the caller's order alone", () => {
  assert.throws(() => median([]), RangeError);
  const values = [3, 1, 2];
  median(values);
  assert.deepEqual(values, [3, 1, 2]);
});

Deno.test("spreadOf() gives middle and ends", () => {
  assert.deepEqual(spreadOf([2, 8, 4]), { median: 4, low: 2, high: 8 });
});

Deno.test("speedup() is of pairs, so that a slow spell of the machine cancels out", () => {
  const ours = [1, 10, 2];
  const peer = [2, 20, 4];
  assert.deepEqual(speedup(ours, peer), { median: 2, low: 2, high: 2 });
  assert.deepEqual(speedup([1, 1, 1], [1, 3, 2]), { median: 2, low: 1, high: 3 });
});
