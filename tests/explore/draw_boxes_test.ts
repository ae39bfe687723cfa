import assert from "node:assert/strict";
import { drawBoxes } from "../../lib/explore/draw_boxes.ts";
import type { RgbImage } from "../../lib/image/rgb_image.ts";
import { testWithFiles } from "../support/permissions.ts";

const grey: RgbImage = { width: 50, height: 40, data: new Uint8Array(50 * 40 * 3).fill(128) };
const options = {
  cell: { width: 100, height: 80 },
  grid: [4, 5] as const,
  seen: new Uint8Array(20),
};

function pixel({ width, data }: RgbImage, [y, x]: readonly [number, number]): number[] {
  const start = (y * width + x) * 3;
  return [...data.subarray(start, start + 3)];
}

testWithFiles("drawBoxes() outlines each box where it lies, enlarged with the photo", async () => {
  const picture = await drawBoxes(grey, [{ box: [10, 20, 30, 40] }], options);
  assert.deepEqual([picture.width, picture.height], [100, 80]);
  for (const outside of [[10, 50], [70, 50], [40, 30], [40, 90]] as const) {
    assert.deepEqual(pixel(picture, outside), [128, 128, 128]);
  }
  assert.deepEqual(pixel(picture, [50, 60]), [128, 128, 128]); // its middle
  for (const edge of [[58, 60], [40, 41], [40, 78]] as const) {
    const [red, green, blue] = pixel(picture, edge);
    assert.ok(red > blue + 60 && green > blue + 40, `${edge}: ${[red, green, blue]}`);
  }
});

testWithFiles("drawBoxes() darkens seen patches alone", async () => {
  const seen = options.seen.with(6, 1); // row 1, column 1
  const picture = await drawBoxes(grey, [], { ...options, seen });
  assert.ok(pixel(picture, [30, 30]).every((value) => value > 30 && value < 45));
  for (const other of [[10, 30], [30, 10], [30, 50], [50, 30]] as const) {
    assert.deepEqual(pixel(picture, other), [128, 128, 128]);
  }
});
