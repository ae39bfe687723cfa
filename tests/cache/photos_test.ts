import assert from "node:assert/strict";
import {
  accountsFor,
  checkPhotoPaths,
  isPhotoPath,
  photoPathsSha256,
} from "../../lib/cache/photos.ts";

Deno.test("isPhotoPath() takes relative paths only, and none that leaves the data set", () => {
  for (const path of ["a.jpg", "sub/a b.jpg", "..a/b..jpg", "ü/山.png", "a\\b.jpg"]) {
    assert.equal(isPhotoPath(path), true, path);
  }
  const outside = ["", ".", "..", "../a.jpg", "a/../b.jpg", "a/..", "/a.jpg", "a//b.jpg", "a/"];
  for (const path of [...outside, "./a.jpg", "..\\a.jpg", "a\\..\\b.jpg", "a\0.jpg"]) {
    assert.equal(isPhotoPath(path), false, path);
  }
});

Deno.test("checkPhotoPaths() wants each photo once, in order of code units", () => {
  checkPhotoPaths(["B.jpg", "a.jpg", "ä.jpg"]);
  assert.throws(() => checkPhotoPaths([]), { name: "RangeError", message: /list .* is empty/ });
  assert.throws(() => checkPhotoPaths(["b", "a"]), {
    name: "RangeError",
    message: /path "a" comes after "b", expected each photo once, in sorted order/,
  });
  assert.throws(() => checkPhotoPaths(["a", "a"]), RangeError);
  assert.throws(() => checkPhotoPaths(["../a"]), {
    name: "RangeError",
    message: /path is "\.\.\/a"/,
  });
});

Deno.test("photoPathsSha256() changes with any path and with their order", () => {
  const hashes = [["a", "b"], ["b", "a"], ["a"], ["a", "b", ""], ["ab"], ['a","b']];
  assert.equal(new Set(hashes.map(photoPathsSha256)).size, hashes.length);
});

Deno.test("accountsFor() wants every photo of a group once, in the group's order", () => {
  const group = ["a", "b", "c"];
  const skip = (...paths: string[]) => paths.map((path) => ({ path, reason: "" }));
  assert.equal(accountsFor(group, { paths: ["a", "c"], skipped: skip("b") }), true);
  assert.equal(accountsFor(group, { paths: [], skipped: skip("a", "b", "c") }), true);
  assert.equal(accountsFor(group, { paths: ["a", "c"], skipped: [] }), false);
  assert.equal(accountsFor(group, { paths: ["c", "a"], skipped: skip("b") }), false);
  assert.equal(accountsFor(group, { paths: ["a"], skipped: skip("c", "b") }), false);
  assert.equal(accountsFor(group, { paths: ["a", "b", "c"], skipped: skip("b") }), false);
  assert.equal(accountsFor(group, { paths: ["a", "b", "c"], skipped: skip("d") }), false);
  assert.equal(accountsFor(group, { paths: ["a", "c"], skipped: skip("b", "b") }), false);
});
