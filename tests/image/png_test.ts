import assert from "node:assert/strict";
import { decodeImage } from "../../lib/image/decode.ts";
import { encodePng } from "../../lib/image/png.ts";
import { testWith } from "../support/permissions.ts";

testWith(["read"], "encodePng() loses nothing, down to a single pixel", async () => {
  for (const [width, height] of [[1, 1], [1, 5], [7, 1], [33, 21]]) {
    const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * i * 31 + i) % 256);
    const image = { width, height, data };
    assert.deepEqual(await decodeImage(await encodePng(image)), image);
  }
});

Deno.test("encodePng() makes smooth pictures small", async () => {
  const size = 64;
  const data = Uint8Array.from({ length: size * size * 3 }, (_, i) => Math.floor(i / 3) % size);
  const png = await encodePng({ width: size, height: size, data });
  assert.ok(png.length < data.length / 50, `${png.length} bytes`);
});

Deno.test("encodePng() refuses a picture with gaps and one without pixels", async () => {
  await assert.rejects(encodePng({ width: 2, height: 2, data: new Uint8Array(11) }), {
    name: "TypeError",
    message: "Cannot encode PNG: data is 11 values, expected 2·2·3 = 12",
  });
  await assert.rejects(encodePng({ width: 0, height: 2, data: new Uint8Array() }), {
    name: "RangeError",
    message: "Cannot encode PNG: size is 0×2, expected a positive width and height",
  });
});
