import assert from "node:assert/strict";
import { applyOrientation, readOrientation } from "../../lib/image/orientation.ts";
import { readPhotoHeader } from "../../lib/image/photo_header.ts";
import { readFixture } from "../support/fixtures.ts";
import { testWith } from "../support/permissions.ts";

Deno.test("applyOrientation() is undone by the opposite orientation", () => {
  const data = Uint8Array.from({ length: 4 * 3 * 3 }, (_, i) => i);
  const image = { width: 4, height: 3, data };
  const opposite = [1, 2, 3, 4, 5, 8, 7, 6]; // turning left undoes turning right; the rest undo themselves
  for (const [i, undoing] of opposite.entries()) {
    const turned = applyOrientation(image, i + 1);
    assert.deepEqual([turned.width, turned.height], i < 4 ? [4, 3] : [3, 4]);
    assert.deepEqual(applyOrientation(turned, undoing), image);
  }
});

testWith(
  ["fixtures"],
  "readOrientation() takes silence and broken metadata for upright",
  async () => {
    const { exif } = readPhotoHeader(readFixture("decode/orientation_6.jpg"), "jpeg");
    assert.ok(exif);
    assert.equal(await readOrientation(exif), 6);
    assert.equal(await readOrientation(exif.subarray(0, 9)), 1);
    assert.equal(await readOrientation(new Uint8Array(100)), 1);
  },
);
