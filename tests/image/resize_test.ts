import assert from "node:assert/strict";
import { resampleGrid, resizeImage } from "../../lib/image/resize.ts";
import { toFloat32 } from "../../lib/weights/safetensors.ts";
import { describeWithFixtures, readFixtureTensors } from "../support/fixtures.ts";

/** The reference keeps the prefix rows (class token and others) as they are. */
describeWithFixtures("resampleGrid() fits position embeddings as timm does", () => {
  const embeddings = readFixtureTensors("pos_embed.expected.safetensors");
  for (const prefix of [0, 1, 2]) {
    for (const [height, width] of [[7, 7], [16, 12], [24, 24], [11, 11]]) {
      const key = `prefix${prefix}.${height}x${width}`;
      Deno.test(`resampleGrid() fits position embeddings as timm does: ${key}`, () => {
        const grid = toFloat32(embeddings.get(`prefix${prefix}.in`)!).subarray(prefix * 8);
        const expected = toFloat32(embeddings.get(key)!).subarray(prefix * 8);
        const actual = resampleGrid(grid, [14, 14, 8], [height, width]);
        assert.equal(actual.length, expected.length);
        actual.forEach((value, i) => assert.ok(Math.abs(value - expected[i]) <= 1e-5));
      });
    }
  }
});

Deno.test("resampleGrid() keeps a constant grid constant, whatever the size and the filter", () => {
  const grid = new Float32Array(5 * 3 * 2).fill(0.75);
  for (const interpolation of ["bicubic", "bilinear"] as const) {
    for (const to of [[1, 1], [2, 7], [13, 4]] as const) {
      const resampled = resampleGrid(grid, [5, 3, 2], to, { interpolation });
      assert.equal(resampled.length, to[0] * to[1] * 2);
      resampled.forEach((value) => assert.ok(Math.abs(value - 0.75) < 1e-6));
    }
  }
});

Deno.test("resampleGrid() keeps a grid of the same size as it is", () => {
  const grid = Float32Array.from({ length: 4 * 6 }, (_, i) => Math.sin(i));
  assert.deepEqual(resampleGrid(grid, [4, 6, 1], [4, 6]), grid);
});

Deno.test("resampleGrid() refuses data that does not fill the grid, and impossible sizes", () => {
  assert.throws(() => resampleGrid(new Float32Array(11), [2, 3, 2], [4, 4]), {
    name: "TypeError",
    message: "Cannot resample grid: data is 11 values, expected 2·3·2",
  });
  assert.throws(() => resampleGrid(new Float32Array(12), [2, 3, 2], [0, 4]), RangeError);
});

Deno.test("resizeImage() rounds halves up and clips overshoot, as PIL does", () => {
  const edge = { width: 2, height: 1, data: Uint8Array.of(0, 10, 255, 1, 11, 0) };
  // Halving a pair averages it: 0.5 → 1, 10.5 → 11, 127.5 → 128.
  const halved = resizeImage(edge, { width: 1, height: 1 }, { interpolation: "bilinear" });
  assert.deepEqual([...halved.data], [1, 11, 128]);
  const step = {
    width: 4,
    height: 1,
    data: Uint8Array.of(0, 0, 0, 0, 0, 0, 255, 255, 255, 255, 255, 255),
  };
  const enlarged = resizeImage(step, { width: 12, height: 1 }, { interpolation: "bicubic" });
  const reds = enlarged.data.filter((_, i) => i % 3 === 0);
  assert.deepEqual([...reds], [0, 0, 0, 0, 0, 76, 179, 255, 255, 255, 255, 255]); // PIL 9.4
});

Deno.test("resizeImage() resizes each axis by itself", () => {
  const image = {
    width: 3,
    height: 2,
    data: Uint8Array.from({ length: 18 }, (_, i) => i * 14),
  };
  const transposed = { width: 2, height: 3, data: transpose(image.data, 3, 2) };
  const wide = resizeImage(image, { width: 7, height: 2 }, { interpolation: "bicubic" });
  const tall = resizeImage(transposed, { width: 2, height: 7 }, { interpolation: "bicubic" });
  assert.deepEqual(transpose(wide.data, 7, 2), tall.data);
});

Deno.test("resizeImage() gives a part of the picture as it is in the whole", () => {
  const data = Uint8Array.from({ length: 23 * 19 * 3 }, (_, i) => i * 53 % 256);
  const image = { width: 23, height: 19, data };
  const part = { left: 3, top: 2, width: 5, height: 7 };
  for (const [width, height] of [[11, 9], [40, 31]]) {
    for (const interpolation of ["bicubic", "bilinear"] as const) {
      const whole = resizeImage(image, { width, height }, { interpolation });
      const cut = resizeImage(image, { width, height }, { interpolation, part });
      assert.deepEqual([cut.width, cut.height], [5, 7]);
      const expected = cut.data.map((_, i) => {
        const [row, column, channel] = [Math.floor(i / 15), Math.floor(i / 3) % 5, i % 3];
        return whole.data[((row + 2) * width + column + 3) * 3 + channel];
      });
      assert.deepEqual(cut.data, expected);
    }
  }
});

Deno.test("resizeImage() refuses sizes that are not positive integers, and pictures with gaps", () => {
  const image = { width: 1, height: 1, data: new Uint8Array(3) };
  for (const width of [0, -1, 1.5, NaN]) {
    assert.throws(() => resizeImage(image, { width, height: 2 }, { interpolation: "bicubic" }), {
      name: "RangeError",
      message: `Cannot resize image: size is ${width}, expected a positive integer`,
    });
  }
  const torn = { width: 2, height: 1, data: new Uint8Array(3) };
  assert.throws(
    () => resizeImage(torn, { width: 1, height: 1 }, { interpolation: "bilinear" }),
    { name: "TypeError", message: /^Cannot resize image: data is 3 values, expected 2·1·3 = 6$/ },
  );
});

/** Swaps rows and columns of RGB data. */
function transpose(data: Uint8Array, width: number, height: number): Uint8Array {
  const transposed = new Uint8Array(data.length);
  for (let i = 0; i < width * height; i++) {
    const target = (i % width) * height + Math.floor(i / width);
    transposed.set(data.subarray(i * 3, i * 3 + 3), target * 3);
  }
  return transposed;
}
