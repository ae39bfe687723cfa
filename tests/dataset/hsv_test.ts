import assert from "node:assert/strict";
import { writeHsv } from "../../lib/dataset/hsv.ts";

Deno.test("writeHsv() gives the six pure hues, grey and black", () => {
  const pure = [[1, 0, 0], [1, 1, 0], [0, 1, 0], [0, 1, 1], [0, 0, 1], [1, 0, 1]];
  pure.forEach((rgb, sextant) => {
    assertNear(colour({ hue: sextant / 6, saturation: 1, value: 1 }), rgb);
  });
  assertNear(colour({ hue: 0.4, saturation: 0, value: 0.7 }), [0.7, 0.7, 0.7]);
  assertNear(colour({ hue: 0.4, saturation: 1, value: 0 }), [0, 0, 0]);
});

Deno.test("writeHsv() takes hues of any sign by their turn", () => {
  const orange = colour({ hue: 1 / 12, saturation: 0.5, value: 0.8 });
  assertNear(orange, [0.8, 0.6, 0.4]);
  assertNear(colour({ hue: 1 / 12 - 3, saturation: 0.5, value: 0.8 }), orange);
  assertNear(colour({ hue: 1 / 12 + 2, saturation: 0.5, value: 0.8 }), orange);
});

Deno.test("writeHsv() writes at its place alone", () => {
  const rgb = new Float32Array(9).fill(-1);
  writeHsv(rgb, { at: 3, hue: 0, saturation: 1, value: 1 });
  assert.deepEqual([...rgb], [-1, -1, -1, 1, 0, 0, -1, -1, -1]);
});

function colour(hsv: { hue: number; saturation: number; value: number }): number[] {
  const rgb: number[] = [];
  writeHsv(rgb, { at: 0, ...hsv });
  return rgb;
}

function assertNear(actual: number[], expected: number[]): void {
  actual.forEach((value, i) => assert.ok(Math.abs(value - expected[i]) < 1e-12));
}
