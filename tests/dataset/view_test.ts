import assert from "node:assert/strict";
import type { Augmentation } from "../../lib/dataset/augmentation.ts";
import { augmentJointly } from "../../lib/dataset/augment.ts";
import { parseAugmentation } from "../../lib/dataset/augmentation_schema.ts";
import { drawView, paintAugmented } from "../../lib/dataset/view.ts";

const size = { height: 4, width: 6 };
const photo = {
  ...size,
  data: Uint8Array.from({ length: 4 * 6 * 3 }, (_, place) => place * 37),
};

Deno.test("drawView() depends on seed, path and number alone", () => {
  const key = { seed: 1, path: "a.jpg", view: 0 };
  assert.deepEqual(drawView(key, size), drawView({ ...key }, size));
  for (const change of [{ seed: 2 }, { path: "b.jpg" }, { view: 1 }]) {
    assert.notDeepEqual(drawView({ ...key, ...change }, size), drawView(key, size));
  }
});

Deno.test("drawView() draws version 1: changed values need another version", () => {
  const { perspective, colour, ...rest } = drawView(
    { seed: 0, path: "a.jpg", view: 0 },
    { height: 224, width: 224 },
  );
  assert.deepEqual(rest, {
    flipHorizontal: false,
    flipVertical: false,
    rotationDegrees: 64.82364819101241,
    translate: [6 / 224, -19 / 224],
  });
  assert.deepEqual(perspective?.endpoints[0], [16 / 224, 21 / 224]);
  assert.deepEqual(colour.order, ["hue", "saturation", "contrast", "brightness"]);
});

Deno.test("paintAugmented() mirrors as the augmentation says", () => {
  const augmentation: Augmentation = {
    flipHorizontal: true,
    flipVertical: false,
    rotationDegrees: 0,
    perspective: null,
    colour: {
      brightness: 1,
      contrast: 1,
      saturation: 1,
      hue: 0,
      order: ["brightness", "contrast", "saturation", "hue"],
    },
    translate: [0, 0],
  };
  const { data, ...sides } = paintAugmented(photo, augmentation);
  assert.deepEqual(sides, size);
  for (let row = 0; row < 4; row++) {
    for (let column = 0; column < 6; column++) {
      const [here, there] = [column, 5 - column].map((at) => (row * 6 + at) * 3);
      assert.deepEqual(data.slice(here, here + 3), photo.data.slice(there, there + 3));
    }
  }
});

Deno.test("paintAugmented() paints the picture of augmentJointly(), rounded", () => {
  const augmentation = drawView({ seed: 0, path: "a.jpg", view: 1 }, size);
  const map = { map: new Float32Array(6).fill(1), gridHeight: 2, gridWidth: 3 };
  const { image } = augmentJointly({ image: photo.data, ...size, ...map }, augmentation);
  const { data } = paintAugmented(photo, augmentation);
  data.forEach((value, place) => assert(Math.abs(value - image[place] * 255) <= 0.5001));
});

Deno.test("parseAugmentation() takes what JSON has kept, and nothing else", () => {
  for (let view = 0; view < 8; view++) {
    const augmentation = drawView({ seed: 0, path: "a.jpg", view }, size);
    assert.deepEqual(parseAugmentation(JSON.parse(JSON.stringify(augmentation))), augmentation);
  }
  const { translate: _, ...partial } = drawView({ seed: 0, path: "a.jpg", view: 0 }, size);
  assert.throws(() => parseAugmentation(partial), { name: "SyntaxError", message: /^translate: / });
  assert.throws(() => parseAugmentation(7), { name: "SyntaxError" });
});

Deno.test("paintAugmented() takes the nearest of 256 steps and stays between them", () => {
  const { colour, ...still } = drawView({ seed: 0, path: "a.jpg", view: 0 }, size);
  const unmoved = { flipHorizontal: false, flipVertical: false, rotationDegrees: 0 };
  const brighter: Augmentation = {
    ...{ ...still, ...unmoved, perspective: null, translate: [0, 0] },
    colour: { ...colour, order: ["brightness"], brightness: 1.5 },
  };
  const { data } = paintAugmented(photo, brighter);
  const expected = Uint8Array.from(photo.data, (value) => Math.min(255, Math.round(value * 1.5)));
  data.forEach((value, place) => assert(Math.abs(value - expected[place]) <= 1)); // ties to even
  assert(data.includes(255), "too bright stays white");
});
