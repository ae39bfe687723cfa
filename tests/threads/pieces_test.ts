import assert from "node:assert/strict";
import { piecesOf } from "../../lib/threads/pieces.ts";

Deno.test("piecesOf() cuts a list in order, the last piece may be smaller", () => {
  assert.deepEqual(piecesOf([1, 2, 3, 4, 5], 2), [[1, 2], [3, 4], [5]]);
  assert.deepEqual(piecesOf([1, 2], 5), [[1, 2]]);
  assert.deepEqual(piecesOf([], 3), []);
});
