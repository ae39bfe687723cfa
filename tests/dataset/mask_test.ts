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

Deno.test("hidePatches() greys pixels beyond a whole patch, however many", () => {
  const image = { height: 5, width: 8, data: new Uint8Array(5 * 8 * 3).fill(200) };
  const { data } = hidePatches(image, Int32Array.of(0), { patchSize: 5 }); // a grid of one patch
  for (let at = 0; at < data.length; at++) {
    assert.equal(data[at], Math.floor(at / 3) % 8 < 5 ? 200 : 128);
  }
});

Deno.test("hidePatches() keeps the visible patches and greys the rest", () => {
  // 6 rows of 8 pixels, 2×2 patches of 3: the last two columns belong to no patch.
  const data = Uint8Array.from({ length: 6 * 8 * 3 }, (_, i) => 1 + i % 100);
  const image = { height: 6, width: 8, data };
  const { data: shown, ...size } = hidePatches(image, Int32Array.of(1, 2), { patchSize: 3 });
  assert.deepEqual(size, { height: 6, width: 8 });
  for (let row = 0; row < 6; row++) {
    for (let column = 0; column < 8; column++) {
      const isVisible = row < 3 ? column >= 3 && column < 6 : column < 3;
      const at = (row * 8 + column) * 3;
      const expected = isVisible ? data.subarray(at, at + 3) : [128, 128, 128];
      assert.deepEqual([...shown.subarray(at, at + 3)], [...expected]);
    }
  }
});
