import assert from "node:assert/strict";
import { decodeImage } from "../../lib/image/decode.ts";
import { preprocessImage, type Preprocessing } from "../../lib/image/preprocess.ts";
import type { Interpolation } from "../../lib/image/resampling_weights.ts";
import { readFixture, readFixtureTensors } from "../support/fixtures.ts";
import { describeWith } from "../support/permissions.ts";

describeWith(["read"], "preprocessImage() gives timm's pixels, bit for bit", () => {
  for (const [key, { data }] of readFixtureTensors("preprocess.expected.safetensors")) {
    Deno.test(`preprocessImage() gives timm's pixels, bit for bit: ${key}`, async () => {
      const [, file, interpolation, , crop, size] =
        /^(image\.\d)\.(\w+)\.(crop([\d.]+)|squash)\.(\d+)$/.exec(key)!;
      const photo = await decodeImage(readFixture(`${file}.png`));
      const { width, height, data: actual } = preprocessImage(
        photo,
        wishes({
          imageSize: [Number(size), Number(size)],
          cropPct: crop ? Number(crop) : 1,
          cropMode: crop ? "center" : "squash",
          interpolation: interpolation as Interpolation,
        }),
      );
      assert.deepEqual([width, height], [Number(size), Number(size)]);
      const different = actual.filter((value, i) => value !== data[i]).length;
      assert.equal(different, 0);
    });
  }
});

Deno.test("preprocessImage() crops with Python's rounding, halves to the even neighbour", () => {
  // Nothing is resized: the short side is the size already; 3 and 5 columns too many.
  const firstColumns = [7, 9].map((width) => {
    const photo = columnsCounted(width, 4);
    return preprocessImage(photo, wishes({ imageSize: [4, 4], cropPct: 1 })).data[0];
  });
  assert.deepEqual(firstColumns, [2, 2]); // 1.5 → 2, 2.5 → 2
});

Deno.test("preprocessImage() adds black around a picture that is smaller than the crop", () => {
  const photo = { width: 2, height: 2, data: new Uint8Array(12).fill(200) };
  // ⌊5 / 2.5⌋ = 2: the picture stays 2×2 and three columns and rows are added, one of them before.
  const { width, height, data } = preprocessImage(
    photo,
    wishes({ imageSize: [5, 5], cropPct: 2.5 }),
  );
  assert.deepEqual([width, height], [5, 5]);
  const reds = [...data].filter((_, i) => i % 3 === 0);
  const row = [0, 200, 200, 0, 0];
  const black = [0, 0, 0, 0, 0];
  assert.deepEqual(reds, [black, row, row, black, black].flat());
});

Deno.test("preprocessImage() covers a rectangle, whichever side is the tight one", () => {
  const size = { imageSize: [6, 12], cropPct: 1 } as const;
  for (const [width, height] of [[30, 10], [10, 30], [24, 12]]) {
    const photo = { width, height, data: new Uint8Array(width * height * 3).fill(90) };
    const cropped = preprocessImage(photo, wishes(size));
    assert.deepEqual([cropped.width, cropped.height], [12, 6]);
    assert.ok(cropped.data.every((value) => value === 90), "no black border");
  }
});

Deno.test("preprocessImage() refuses a crop share that is not positive", () => {
  const photo = columnsCounted(4, 4);
  for (const cropPct of [0, -1, NaN]) {
    assert.throws(() => preprocessImage(photo, wishes({ imageSize: [4, 4], cropPct })), {
      name: "RangeError",
      message: `Cannot preprocess image: cropPct is ${cropPct}, expected more than 0`,
    });
  }
});

function wishes(some: Partial<Preprocessing>): Preprocessing {
  return {
    imageSize: [224, 224],
    cropPct: 0.9,
    interpolation: "bicubic",
    cropMode: "center",
    mean: [0, 0, 0],
    std: [1, 1, 1],
    ...some,
  };
}

/** A picture whose every value is the number of its column. */
function columnsCounted(width: number, height: number) {
  const data = Uint8Array.from(
    { length: width * height * 3 },
    (_, i) => Math.floor(i / 3) % width,
  );
  return { width, height, data };
}
