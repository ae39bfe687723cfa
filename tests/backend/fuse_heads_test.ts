import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { fuseHeads, type HeadFusion, headFusions } from "../../lib/backend/kernels/fuse_heads.ts";
import { Random } from "../../lib/random/random.ts";
import { testOnEveryBackend } from "../support/backends.ts";
import { assertClose } from "../support/numeric.ts";

const [batch, heads, tokens] = [2, 6, 5];
const area = tokens * tokens;
const random = Random.from("fuse heads");
const data = Float32Array.from({ length: batch * heads * area }, () => random.uniform() ** 4);

function fusedByHand(fold: (entries: number[]) => number): number[] {
  return Array.from({ length: batch * area }, (_, index) => {
    const start = Math.floor(index / area) * heads * area + (index % area);
    return fold(Array.from({ length: heads }, (_, head) => data[start + head * area]));
  });
}

/** PyTorch's mean: float32 sums from the first head to the last, then one division. */
function float32Mean(entries: number[]): number {
  return Math.fround(entries.reduce((sum, entry) => Math.fround(sum + entry), 0) / entries.length);
}

const folds: Record<HeadFusion, (entries: number[]) => number> = {
  mean: float32Mean,
  max: (entries) => Math.max(...entries),
  min: (entries) => Math.min(...entries),
};

for (const fusion of headFusions) {
  testOnEveryBackend(`fuseHeads() takes the ${fusion} over the heads`, async (backend) => {
    const fused = tf.tidy(() =>
      fuseHeads(tf.tensor4d(data, [batch, heads, tokens, tokens]), fusion)
    );
    assert.deepEqual(fused.shape, [batch, tokens, tokens]);
    const actual = await fused.data();
    fused.dispose();
    // cpu adds in float64 and WebGPU in an order of its own; wasm rounds as PyTorch does.
    const tolerance = backend === "wasm" ? 0 : 1e-7;
    assertClose(actual, fusedByHand(folds[fusion]), { tolerance });
  });
}

testOnEveryBackend("fuseHeads() refuses matrices that are not square", () => {
  tf.tidy(() => {
    assert.throws(() => fuseHeads(tf.ones([1, 2, 3, 4]), "mean"), {
      name: "TypeError",
      message: "Cannot fuse heads: attention is [1,2,3,4], expected [batch, heads, tokens, tokens]",
    });
    const matrix: tf.Tensor = tf.ones([3, 3]);
    assert.throws(() => fuseHeads(matrix as tf.Tensor4D, "max"), /attention is \[3,3\]/);
  });
});

testOnEveryBackend("fuseHeads() refuses an unknown fusion", () => {
  tf.tidy(() => {
    assert.throws(
      () => fuseHeads(tf.ones([1, 2, 3, 3]), "median" as HeadFusion),
      /RangeError: .*head fusion is median, expected mean, max, min/,
    );
  });
});
