import assert from "node:assert/strict";
import { sampleBackground } from "../../lib/dataset/scene_textures.ts";
import { Random } from "../../lib/random/random.ts";

const backgrounds = Array.from(
  { length: 100 },
  (_, i) => sampleBackground(Random.from("background", i), 64).pixels,
);

Deno.test("sampleBackground() stays between 0 and 1, at any size", () => {
  const all = [...backgrounds, sampleBackground(Random.from(1), 17).pixels];
  for (const pixels of all) assert.ok(pixels.every((value) => value >= 0 && value <= 1));
  assert.equal(all.at(-1)!.length, 17 * 17 * 3);
});

Deno.test("sampleBackground() is muted and textured", () => {
  for (const pixels of backgrounds) {
    let chroma = 0;
    let sum = 0;
    let squares = 0;
    const area = pixels.length / 3;
    for (let i = 0; i < pixels.length; i += 3) {
      const channels = pixels.subarray(i, i + 3);
      chroma += (Math.max(...channels) - Math.min(...channels)) / area;
      sum += channels[1] / area;
      squares += channels[1] ** 2 / area;
    }
    assert.ok(chroma < 0.2, `mean chroma ${chroma}`);
    assert.ok(Math.sqrt(squares - sum ** 2) > 0.02, "flat");
  }
});

Deno.test("sampleBackground() depends on its stream, and differs between streams", () => {
  assert.deepEqual(sampleBackground(Random.from("background", 3), 64).pixels, backgrounds[3]);
  const means = backgrounds.map((pixels) => pixels.reduce((a, b) => a + b) / pixels.length);
  assert.ok(Math.max(...means) - Math.min(...means) > 0.3);
});
