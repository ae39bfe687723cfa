import assert from "node:assert/strict";
import { isHeldOut, splitImages } from "../../lib/dataset/split.ts";

const paths = Array.from({ length: 5000 }, (_, i) => `folder-${i % 7}/photo-${i}.jpg`);

Deno.test("isHeldOut() compares the first bits of SHA-256 with the share", () => {
  // SHA-256 of "abc" begins ba7816bf8f01c…: 0.72839490…
  assert.equal(isHeldOut("abc", 0.7283), false);
  assert.equal(isHeldOut("abc", 0.7284), true);
});

Deno.test("isHeldOut() holds none out at 0 and all at 1", () => {
  assert.ok(paths.every((path) => !isHeldOut(path, 0)));
  assert.ok(paths.every((path) => isHeldOut(path, 1)));
});

Deno.test("isHeldOut() refuses shares outside 0 to 1", () => {
  for (const share of [-0.1, 1.1, NaN]) {
    assert.throws(() => isHeldOut("a.png", share), {
      name: "RangeError",
      message: `Cannot hold photos out: share is ${share}, expected 0 to 1`,
    });
  }
});

Deno.test("splitImages() holds out about the share, keeps the order and loses none", () => {
  const { training, heldOut } = splitImages(paths, 0.2);
  assert.ok(Math.abs(heldOut.length / paths.length - 0.2) < 0.02); // 3.5 standard deviations
  const ranks = new Map(paths.map((path, rank) => [path, rank]));
  for (const part of [training, heldOut]) {
    part.forEach((path, i) => assert.ok(i === 0 || ranks.get(part[i - 1])! < ranks.get(path)!));
  }
  assert.deepEqual(new Set([...training, ...heldOut]), new Set(paths));
  assert.equal(training.length + heldOut.length, paths.length);
});

Deno.test("splitImages() leaves every photo where it was when others come or the share grows", () => {
  const few = splitImages(paths.slice(0, 300), 0.2);
  const many = splitImages(paths, 0.2);
  assert.deepEqual(few.heldOut, many.heldOut.slice(0, few.heldOut.length));
  const larger = new Set(splitImages(paths, 0.3).heldOut);
  assert.ok(many.heldOut.every((path) => larger.has(path)));
});
