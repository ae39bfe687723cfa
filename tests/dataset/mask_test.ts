import assert from "node:assert/strict";
import { hidePatches, sampleVisiblePatches } from "../../lib/dataset/mask.ts";
import { Random } from "../../lib/random/random.ts";

Deno.test("sampleVisiblePatches() keeps as many patches as MAE: int(L · (1 − ratio))", () => {
  const counts = [[196, 0.75, 49], [196, 0.7, 58], [64, 0.5, 32], [100, 0.9, 9], [64, 0, 64]];
  for (const [numPatches, maskRatio, visible] of counts) {
    const options = { numPatches, maskRatio };
    assert.equal(sampleVisiblePatches(Random.from("mask"), options).length, visible);
  }
});

Deno.test("sampleVisiblePatches() gives different indices, rising", () => {
  const visible = sampleVisiblePatches(Random.from(1), { numPatches: 196, maskRatio: 0.75 });
  assert.ok(visible instanceof Int32Array);
  visible.forEach((patch, i) => {
    assert.ok(patch >= 0 && patch < 196 && (i === 0 || patch > visible[i - 1]));
  });
});

Deno.test("sampleVisiblePatches() chooses each patch equally often", () => {
  const random = Random.from("uniform");
  const chosen = new Array(16).fill(0);
  for (let draw = 0; draw < 4000; draw++) {
    for (const patch of sampleVisiblePatches(random, { numPatches: 16, maskRatio: 0.75 })) {
      chosen[patch]++;
    }
  }
  // 1000 each, standard deviation √(4000 · ¼ · ¾) = 27
  assert.ok(chosen.every((count) => Math.abs(count - 1000) < 4.5 * 27), `${chosen}`);
});

Deno.test("sampleVisiblePatches() refuses ratios that leave nothing, or are none", () => {
  for (const maskRatio of [1, -0.1, NaN, 0.99]) {
    assert.throws(() => sampleVisiblePatches(Random.from(1), { numPatches: 16, maskRatio }), {
      name: "RangeError",
      message: `Cannot hide patches: maskRatio is ${maskRatio} of 16 patches, ` +
        "expected 0 or more and at least one patch left visible",
    });
  }
});

Deno.test("hidePatches() keeps the visible patches and greys the rest", () => {
  // 4 rows of 7 pixels, patches of 2×3: the last column belongs to no patch.
  const data = Uint8Array.from({ length: 4 * 7 * 3 }, (_, i) => 1 + i % 100);
  const image = { height: 4, width: 7, data };
  const { data: shown, ...size } = hidePatches(image, Int32Array.of(1, 2), { grid: [2, 2] });
  assert.deepEqual(size, { height: 4, width: 7 });
  for (let row = 0; row < 4; row++) {
    for (let column = 0; column < 7; column++) {
      const isVisible = row < 2 ? column >= 3 && column < 6 : column < 3;
      const at = (row * 7 + column) * 3;
      const expected = isVisible ? data.subarray(at, at + 3) : [128, 128, 128];
      assert.deepEqual([...shown.subarray(at, at + 3)], [...expected]);
    }
  }
});
