import assert from "node:assert/strict";
import { blurImage } from "../../lib/image/blur.ts";
import type { RgbImage } from "../../lib/image/rgb_image.ts";

Deno.test("blurImage() spreads a point as a Gaussian does, each channel for itself", () => {
  const size = 9;
  const data = new Uint8Array(size * size * 3);
  data.set([250, 100, 0], (4 * size + 4) * 3);
  const blurred = blurImage({ width: size, height: size, data }, { sigma: 1 });
  const at = (y: number, x: number) => [...blurred.data.subarray((y * size + x) * 3).slice(0, 3)];
  // the weights of one axis are e^(−d²/2) over their sum 1 + 2(e^(−1/2) + e^(−2) + e^(−9/2)) = 2.50594
  assert.deepEqual(at(4, 4), [40, 16, 0]); // 250/2.50594² = 39.8, 100/… = 15.9
  assert.deepEqual(at(4, 5), [24, 10, 0]); // · e^(−1/2) = 24.1, 9.7
  assert.deepEqual(at(5, 5), [15, 6, 0]); // · e^(−1) = 14.6, 5.9
  assert.deepEqual(at(4, 8), [0, 0, 0]); // beyond 3σ
  assert.deepEqual(at(3, 4), at(4, 5));
});

Deno.test("blurImage() leaves one colour as it is, up to the edges", () => {
  const data = Uint8Array.from({ length: 5 * 3 * 3 }, (_, i) => [7, 80, 255][i % 3]);
  const image: RgbImage = { width: 5, height: 3, data };
  assert.deepEqual(blurImage(image, { sigma: 4 }), image);
});

Deno.test("blurImage() refuses a width that is none", () => {
  const image: RgbImage = { width: 1, height: 1, data: new Uint8Array(3) };
  for (const sigma of [0, -1, NaN, Infinity]) {
    assert.throws(() => blurImage(image, { sigma }), {
      name: "RangeError",
      message: `Cannot blur image: sigma is ${sigma}, expected more than 0`,
    });
  }
});
