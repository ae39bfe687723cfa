import assert from "node:assert/strict";
import { spread } from "../../lib/dataset/spread.ts";

Deno.test("spread() takes the middles of equal parts, or all there are", () => {
  const items = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
  assert.deepEqual(spread(items, 2), [2, 7]);
  assert.deepEqual(spread(items, 3), [1, 5, 8]);
  assert.deepEqual(spread(items, 10), items);
  assert.deepEqual(spread(items, 99), items);
  assert.deepEqual(spread([], 3), []);
});
