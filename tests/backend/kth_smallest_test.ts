import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { kthSmallest } from "../../lib/backend/kernels/kth_smallest.ts";
import { Random } from "../../lib/random/random.ts";
import { testOnEveryBackend } from "../support/backends.ts";

async function selectOnBackend(rows: Float32Array[], k: number): Promise<number[]> {
  const selected = tf.tidy(() => {
    const values = tf.tensor2d(Float32Array.from(rows.flatMap((row) => [...row])), [
      rows.length,
      rows[0].length,
    ]);
    return kthSmallest(values, k);
  });
  assert.deepEqual([selected.dtype, selected.shape], ["float32", [rows.length]]);
  const read = await selected.data();
  selected.dispose();
  return [...read];
}

async function assertSelectsAsSorting(rows: Float32Array[], ranks: number[]): Promise<void> {
  for (const k of ranks) {
    const expected = rows.map((row) => row.toSorted()[k - 1]);
    assert.deepEqual(await selectOnBackend(rows, k), expected, `k = ${k}`);
  }
}

function rowOf(length: number, draw: () => number): Float32Array {
  return Float32Array.from({ length }, draw);
}

testOnEveryBackend("kthSmallest() selects what sorting selects from random numbers", async () => {
  const random = Random.from("kth smallest");
  for (const length of [2, 255, 256, 257, 1089]) {
    const rows = [
      rowOf(length, () => random.uniform()),
      rowOf(length, () => random.uniform(0, 1e6)),
      rowOf(length, () => Math.exp(random.normal(-10, 8))), // every magnitude at once
    ];
    await assertSelectsAsSorting(rows, [1, 2, Math.floor(length * 0.95) || 1, length - 1, length]);
  }
});

testOnEveryBackend("kthSmallest() counts each of several equal entries", async () => {
  const random = Random.from("kth smallest", "ties");
  const rows = [
    rowOf(300, () => random.integer(0, 4) / 4),
    rowOf(300, () => 0.125),
    new Float32Array(300),
    rowOf(300, () => (random.chance(0.9) ? 0 : 1)),
  ];
  await assertSelectsAsSorting(rows, [1, 74, 150, 271, 300]);
});

testOnEveryBackend("kthSmallest() tells apart tiny, huge and neighbouring numbers", async () => {
  const neighbours = new Float32Array(
    new Uint32Array(64).map((_, i) => 0x3d800000 + 63 - i).buffer,
  );
  const random = Random.from("kth smallest", "magnitudes");
  const rows = [
    neighbours,
    rowOf(64, () => random.uniform() * 1e-30),
    rowOf(64, () => random.uniform() * 3e38),
  ];
  await assertSelectsAsSorting(rows, [1, 2, 33, 63, 64]);
});

testOnEveryBackend("kthSmallest() takes a single entry", async () => {
  assert.deepEqual(await selectOnBackend([Float32Array.of(0.5)], 1), [0.5]);
});

testOnEveryBackend("kthSmallest() tells apart denormals where they are kept", async () => {
  const smallest = 2 ** -149;
  const rows = [Float32Array.of(3 * smallest, smallest, 2 * smallest, 1)];
  await assertSelectsAsSorting(rows, [1, 2, 3, 4]);
}, { only: ["cpu", "wasm"] }); // a GPU may flush them to zero

testOnEveryBackend("kthSmallest() refuses a rank outside the row", () => {
  tf.tidy(() => {
    for (const k of [0, -1, 1.5, 5, NaN]) {
      assert.throws(
        () => kthSmallest(tf.ones([2, 4]), k),
        new RegExp(`RangeError: Cannot select .* k is ${k}, expected an integer from 1 to 4`),
      );
    }
  });
});

testOnEveryBackend("kthSmallest() refuses what is not a float32 matrix", () => {
  tf.tidy(() => {
    const cube: tf.Tensor = tf.ones([2, 2, 2]);
    assert.throws(() => kthSmallest(cube as tf.Tensor2D, 1), /TypeError: .*float32 \[2,2,2\]/);
    assert.throws(() => kthSmallest(tf.ones([2, 2], "int32"), 1), /TypeError: .*int32 \[2,2\]/);
  });
});

testOnEveryBackend("kthSmallest() is exact where a sample misleads", async () => {
  const size = 198 * 198;
  const random = Random.from("misleading rows");
  // What a sample at regular distances sees is small, or large, or the same everywhere.
  const rows = [17, 16, 2, 1].map((stride) =>
    Float32Array.from({ length: size }, (_, i) => i % stride === 0 ? random.uniform() : 2)
  ).concat(
    [17, 3].map((stride) =>
      Float32Array.from({ length: size }, (_, i) => i % stride === 0 ? 2 : random.uniform())
    ),
    Float32Array.from({ length: size }, (_, i) => i / size),
  );
  const ranks = [0.5, 0.9, 0.95, 0.99].map((share) => Math.floor(size * share));
  await assertSelectsAsSorting(rows, [...ranks, size - 1, size]);
});
