import assert from "node:assert/strict";
import { pastePatches, patchOrder } from "../../lib/evaluate/paste_patches.ts";
import type { RgbImage } from "../../lib/image/rgb_image.ts";

const plain = (value: number): RgbImage => ({
  width: 4,
  height: 2,
  data: new Uint8Array(24).fill(value),
});

/** One channel of a picture whose channels are equal. */
const red = ({ data }: RgbImage) => [...data].filter((_, i) => i % 3 === 0);

Deno.test("patchOrder() puts the highest first, equal ones row by row", () => {
  assert.deepEqual([...patchOrder(Float32Array.of(0, 2, 1, 2))], [1, 3, 2, 0]);
});

Deno.test("pastePatches() replaces the first patches, and leaves both pictures alone", () => {
  const [image, source] = [plain(1), plain(9)];
  const paste = (count: number) =>
    red(pastePatches(image, { source, order: Uint32Array.of(1, 2, 0, 3), grid: [2, 2], count }));
  assert.deepEqual(paste(0), [1, 1, 1, 1, 1, 1, 1, 1]);
  assert.deepEqual(paste(1), [1, 1, 9, 9, 1, 1, 1, 1]);
  assert.deepEqual(paste(2), [1, 1, 9, 9, 9, 9, 1, 1]);
  assert.deepEqual(paste(4), [9, 9, 9, 9, 9, 9, 9, 9]);
  assert.deepEqual([image, source], [plain(1), plain(9)]);
});
