import assert from "node:assert/strict";
import { generateScene, type Scene, sceneAt } from "../../lib/dataset/scenes.ts";
import { Random } from "../../lib/random/random.ts";

const size = 64;
const scenes = Array.from({ length: 240 }, (_, index) => sceneAt(index, { seed: 5 }));

Deno.test("sceneAt() depends on seed and number alone", () => {
  assert.deepEqual(sceneAt(17, { seed: 5 }), scenes[17]);
  assert.notDeepEqual(sceneAt(17, { seed: 6 }).image, scenes[17].image);
  assert.notDeepEqual(scenes[18].image, scenes[17].image);
  assert.deepEqual(generateScene(Random.from("scene", 5, 17)), scenes[17]);
});

Deno.test("generateScene() gives pictures of the size asked for, 64 by default", () => {
  assert.deepEqual([scenes[0].image.width, scenes[0].image.height], [64, 64]);
  for (const size of [16, 33, 224]) {
    const { image, object } = sceneAt(0, { seed: 1, size });
    assert.deepEqual([image.width, image.height, image.data.length], [size, size, 3 * size ** 2]);
    assert.equal(object.mask.length, size ** 2);
    assert.ok(object.mask.includes(1));
  }
});

Deno.test("generateScene() draws every class, and as many as asked for", () => {
  const counts = new Array(8).fill(0);
  for (const { label } of scenes) counts[label]++;
  assert.ok(counts.every((count) => count > 12), `${counts}`); // 30 expected, deviation 5
  const labels = Array.from({ length: 60 }, (_, i) => sceneAt(i, { seed: 1, hueClasses: 3 }).label);
  assert.deepEqual(new Set(labels), new Set([0, 1, 2]));
});

Deno.test("generateScene() paints the object in its label's hue", () => {
  for (const scene of scenes) {
    const hue = hueOf(meanColour(scene, 1));
    const turn = hue - scene.label / 8;
    const distance = Math.abs(turn - Math.round(turn));
    assert.ok(distance < 0.5 / 8, `label ${scene.label} has hue ${hue}`);
  }
});

Deno.test("generateScene() makes the object stand out: far more saturated than the rest", () => {
  for (const scene of scenes) {
    const inside = saturationOf(meanColour(scene, 1));
    const outside = saturationOf(meanColour(scene, 0));
    assert.ok(inside > 0.7 && outside < 0.35, `${inside} against ${outside}`);
  }
});

Deno.test("generateScene() keeps the object whole, of a visible size, in its box", () => {
  for (const { object: { mask, box: [top, left, bottom, right] } } of scenes) {
    assert.ok(top >= 0 && left >= 0 && bottom <= size && right <= size);
    const longest = Math.max(bottom - top, right - left);
    assert.ok(longest >= 12 && longest <= 33, `${longest} pixels`); // 2 · (0.13 … 0.25) · 64
    const rows = new Set<number>();
    const columns = new Set<number>();
    mask.forEach((inside, pixel) => {
      if (!inside) return;
      rows.add(Math.floor(pixel / size));
      columns.add(pixel % size);
    });
    assert.deepEqual([Math.min(...rows), Math.max(...rows) + 1], [top, bottom]);
    assert.deepEqual([Math.min(...columns), Math.max(...columns) + 1], [left, right]);
  }
});

Deno.test("generateScene() places objects all over the picture", () => {
  const heat = new Float64Array(size * size);
  for (const { object: { mask } } of scenes) mask.forEach((inside, i) => heat[i] += inside);
  for (const pixel of [6 * size + 32, 57 * size + 32, 32 * size + 6, 32 * size + 57]) {
    assert.ok(heat[pixel] > 0);
  }
  assert.ok(Math.max(...heat) < 0.4 * scenes.length);
});

Deno.test("generateScene() refuses sizes and classes that make no scene", () => {
  for (const size of [15, 0, 20.5, NaN]) {
    assert.throws(() => sceneAt(0, { seed: 1, size }), {
      name: "RangeError",
      message: `Cannot draw a scene: size is ${size}, expected a whole number from 16`,
    });
  }
  assert.throws(() => sceneAt(0, { seed: 1, hueClasses: 1 }), {
    name: "RangeError",
    message: "Cannot draw a scene: hueClasses is 1, expected a whole number from 2",
  });
});

type Colour = [red: number, green: number, blue: number];

/** The mean colour where the mask is `value`. */
function meanColour({ image, object: { mask } }: Scene, value: 0 | 1): Colour {
  const sum: Colour = [0, 0, 0];
  mask.forEach((inside, pixel) => {
    if (inside !== value) return;
    for (let channel = 0; channel < 3; channel++) {
      sum[channel] += image.data[pixel * 3 + channel] / 255;
    }
  });
  const area = mask.filter((inside) => inside === value).length;
  return sum.map((channel) => channel / area) as Colour;
}

function saturationOf(colour: Colour): number {
  return 1 - Math.min(...colour) / Math.max(...colour);
}

/** The angle of a colour in the plane across the grey axis, in turns. */
function hueOf([red, green, blue]: Colour): number {
  const turns = Math.atan2(Math.sqrt(3) * (green - blue), 2 * red - green - blue) / (2 * Math.PI);
  return (turns + 1) % 1;
}
