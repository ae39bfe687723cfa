import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { discardSmallest } from "../../lib/rollout/discard.ts";
import { testOnEveryBackend } from "../support/backends.ts";

async function discarded(rows: number[][], discardRatio: number): Promise<number[][]> {
  const tokens = Math.sqrt(rows[0].length);
  const kept = tf.tidy(() =>
    discardSmallest(tf.tensor3d(rows.flat(), [rows.length, tokens, tokens]), discardRatio)
  );
  assert.deepEqual(kept.shape, [rows.length, tokens, tokens]);
  const values = [...await kept.data()];
  kept.dispose();
  return rows.map((row, index) => values.slice(index * row.length, (index + 1) * row.length));
}

const ascending = [1, 2, 3, 4, 5, 6, 7, 8, 9];

testOnEveryBackend("discardSmallest() zeroes the smallest entries of each matrix", async () => {
  assert.deepEqual(await discarded([ascending.toReversed(), [9, 1, 8, 2, 7, 3, 6, 4, 5]], 0.5), [
    [9, 8, 7, 6, 5, 0, 0, 0, 0],
    [9, 0, 8, 0, 7, 0, 6, 0, 5],
  ]);
});

testOnEveryBackend("discardSmallest() keeps the first entry, which takes a place", async () => {
  assert.deepEqual(await discarded([ascending], 3 / 9), [[1, 0, 0, 4, 5, 6, 7, 8, 9]]);
});

testOnEveryBackend("discardSmallest() zeroes all entries equal to the last discarded", async () => {
  const tied = [9, 1, 2, 2, 2, 3, 3, 3, 3];
  assert.deepEqual(await discarded([tied], 0.3), [[9, 0, 0, 0, 0, 3, 3, 3, 3]]);
});

testOnEveryBackend("discardSmallest() discards nothing at ratio 0", async () => {
  assert.deepEqual(await discarded([ascending], 0), [ascending]);
  assert.deepEqual(await discarded([ascending], 0.1), [ascending]); // ⌊0.9⌋ entries
});

testOnEveryBackend("discardSmallest() leaves only the first entry at ratio 1", async () => {
  assert.deepEqual(await discarded([ascending], 1), [[1, 0, 0, 0, 0, 0, 0, 0, 0]]);
  assert.deepEqual(await discarded([new Array(9).fill(0)], 1), [new Array(9).fill(0)]);
});

testOnEveryBackend("discardSmallest() tells apart neighbouring numbers", async () => {
  const next = 0.5 + 2 ** -24; // 0.5's neighbour in float32
  assert.deepEqual(await discarded([[0, 0.5, next, 1]], 0.5), [[0, 0, next, 1]]);
});
