import assert from "node:assert/strict";
import { batchesOf, epochOrder } from "../../lib/dataset/epoch_order.ts";

const key = { seed: 3, phase: "linear", epoch: 1 };

Deno.test("epochOrder() visits every photo once", () => {
  const order = epochOrder(101, key);
  assert.deepEqual([...order].sort((a, b) => a - b), Array.from({ length: 101 }, (_, i) => i));
});

Deno.test("epochOrder() depends on seed, phase and epoch, and on nothing else", () => {
  const order = epochOrder(50, key);
  assert.deepEqual(epochOrder(50, key), order);
  for (const other of [{ seed: 4 }, { phase: "finetune" }, { epoch: 2 }]) {
    assert.notDeepEqual(epochOrder(50, { ...key, ...other }), order);
  }
});

Deno.test("batchesOf() cuts an order and keeps the smaller last batch", () => {
  const order = Uint32Array.of(4, 2, 0, 1, 3);
  assert.deepEqual(batchesOf(order, 2).map((batch) => [...batch]), [[4, 2], [0, 1], [3]]);
  assert.deepEqual(batchesOf(order, 5).map((batch) => [...batch]), [[4, 2, 0, 1, 3]]);
  assert.deepEqual(batchesOf(order, 9).map((batch) => [...batch]), [[4, 2, 0, 1, 3]]);
  assert.deepEqual(batchesOf(new Uint32Array(), 2), []);
});

Deno.test("batchesOf() refuses sizes that are not whole numbers from 1", () => {
  for (const batchSize of [0, -1, 1.5, NaN]) {
    assert.throws(() => batchesOf(new Uint32Array(4), batchSize), {
      name: "RangeError",
      message: `Cannot form batches: batchSize is ${batchSize}, expected a whole number from 1`,
    });
  }
});
