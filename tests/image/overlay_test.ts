import assert from "node:assert/strict";
import { overlayMap } from "../../lib/image/overlay.ts";

const photo = { width: 40, height: 30, data: new Uint8Array(40 * 30 * 3).fill(120) };

Deno.test("overlayMap() is brightest where the map is, and shows the photo where it is not", () => {
  const map = new Float32Array(3 * 4);
  map[1 * 4 + 3] = 1; // the middle row's last patch: columns 30…39, rows 10…19
  const { width, height, data } = overlayMap(photo, map, { gridHeight: 3, gridWidth: 4 });
  assert.deepEqual([width, height], [40, 30]);
  const brightness = (x: number, y: number) => {
    const i = (y * 40 + x) * 3;
    return data[i] + data[i + 1] + data[i + 2];
  };
  let brightest = [0, 0];
  for (let y = 0; y < 30; y++) {
    for (let x = 0; x < 40; x++) {
      if (brightness(x, y) > brightness(brightest[0], brightest[1])) brightest = [x, y];
    }
  }
  assert.ok(brightest[0] >= 30 && brightest[1] >= 10 && brightest[1] < 20, `at ${brightest}`);
  const [red, green, blue] = data; // far from the patch: the darkened photo beneath inferno's black
  assert.ok(Math.abs(red - 54) <= 3 && Math.abs(green - 54) <= 3 && Math.abs(blue - 54) <= 6);
});

Deno.test("overlayMap() leaves the grey photo beneath an empty map, darkened as asked", () => {
  const map = new Float32Array(1);
  for (const [opacity, grey] of [[0, 120], [0.5, 60], [1, 0]]) {
    const { data } = overlayMap(photo, map, { gridHeight: 1, gridWidth: 1, opacity });
    assert.deepEqual([data[0], data[1]], [grey, grey]);
  }
});

Deno.test("overlayMap() lets the photo show beneath the map's peak", () => {
  const data = Uint8Array.of(0, 0, 0, 255, 255, 255); // a black pixel and a white one
  const map = new Float32Array(1).fill(1);
  const peak = overlayMap({ width: 2, height: 1, data }, map, { gridHeight: 1, gridWidth: 1 });
  for (let c = 0; c < 3; c++) assert.ok(peak.data[3 + c] - peak.data[c] >= 100);
});

Deno.test("overlayMap() refuses a map of another grid and an impossible opacity", () => {
  const map = new Float32Array(12);
  assert.throws(() => overlayMap(photo, map, { gridHeight: 4, gridWidth: 4 }), TypeError);
  for (const opacity of [-0.1, 1.1, NaN]) {
    assert.throws(() => overlayMap(photo, map, { gridHeight: 3, gridWidth: 4, opacity }), {
      name: "RangeError",
      message: `Cannot overlay map: opacity is ${opacity}, expected 0…1`,
    });
  }
});
