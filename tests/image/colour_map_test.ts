import assert from "node:assert/strict";
import { colourise } from "../../lib/image/colour_map.ts";

Deno.test("colourise() runs from inferno's black to its pale yellow", () => {
  const { width, height, data } = colourise(Float32Array.of(0, 0.5, 1), { height: 1, width: 3 });
  assert.deepEqual([width, height], [3, 1]);
  // matplotlib's inferno: #000004, #bc3754, #fcffa4
  assert.deepEqual([...data], [0, 0, 4, 0xbc, 0x37, 0x54, 0xfc, 0xff, 0xa4]);
});

Deno.test("colourise() grows brighter with every step of the map", () => {
  const ramp = Float32Array.from({ length: 64 }, (_, i) => i / 63);
  const { data } = colourise(ramp, { height: 8, width: 8 });
  let last = -1;
  for (let i = 0; i < data.length; i += 3) {
    const brightness = 0.2126 * data[i] + 0.7152 * data[i + 1] + 0.0722 * data[i + 2];
    assert.ok(brightness > last, `step ${i / 3}`);
    last = brightness;
  }
});

Deno.test("colourise() clips to its ends, and paints what is not a number black", () => {
  const map = Float32Array.of(-9, 9, NaN, Infinity, -Infinity);
  const { data } = colourise(map, { height: 5, width: 1, low: 2, high: 4 });
  const [black, pale] = [[0, 0, 4], [0xfc, 0xff, 0xa4]];
  assert.deepEqual([...data], [black, pale, black, pale, black].flat());
});

Deno.test("colourise() refuses a map of another size and an empty range", () => {
  const map = new Float32Array(6);
  assert.throws(() => colourise(map, { height: 2, width: 2 }), {
    name: "TypeError",
    message: "Cannot colourise map: map is 6 values, expected 2·2",
  });
  assert.throws(() => colourise(map, { height: 2, width: 3, low: 1, high: 1 }), RangeError);
});
