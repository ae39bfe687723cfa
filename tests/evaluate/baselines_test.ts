import assert from "node:assert/strict";
import { centredGaussian, GAUSSIAN_SIGMA, meanMap } from "../../lib/evaluate/baselines.ts";
import { assertClose } from "../support/numeric.ts";

/** A cache of maps by path. */
function cacheOf(maps: Record<string, number[]>) {
  const read: string[] = [];
  return {
    read,
    readMap: (path: string) => {
      read.push(path);
      return Promise.resolve(Float32Array.from(maps[path]));
    },
  };
}

Deno.test("centredGaussian() is 1 in the middle and falls as its sigma says", () => {
  const gaussian = centredGaussian([5, 5]);
  assert.equal(gaussian[12], 1);
  const atOneStep = Math.exp(-0.5 * (0.2 / GAUSSIAN_SIGMA) ** 2);
  for (const patch of [7, 11, 13, 17]) {
    assertClose([gaussian[patch]], [atOneStep], { tolerance: 1e-7 });
  }
  assertClose([gaussian[0]], [atOneStep ** 8], { tolerance: 1e-7 }); // two steps each way
  assertClose([GAUSSIAN_SIGMA], [0.24], { tolerance: 5e-4 });
});

Deno.test("centredGaussian() is the same from all sides", () => {
  for (const [height, width] of [[14, 14], [3, 5], [2, 7], [1, 1]]) {
    const gaussian = centredGaussian([height, width]);
    assert.equal(gaussian.length, height * width);
    assertClose(gaussian.toReversed(), gaussian, { tolerance: 1e-7 });
    assert(gaussian.every((value) => value > 0 && value <= 1));
  }
});

Deno.test("centredGaussian() is stretched to the grid", () => {
  const [wide, square] = [centredGaussian([3, 9]), centredGaussian([3, 3])];
  // every third column of the wide one lies where a column of the square one does
  const columns = [1, 4, 7];
  const sampled = [0, 1, 2].flatMap((row) => columns.map((column) => wide[row * 9 + column]));
  assertClose(sampled, square, { tolerance: 1e-7 });
});

Deno.test("meanMap() divides each map by its maximum before it takes the mean", async () => {
  const cache = cacheOf({ a: [2, 1, 0], b: [0, 0, 8], c: [4, 4, 4], unused: [9, 9, 9] });
  const mean = await meanMap(cache, { paths: ["a", "b", "c"] });
  assertClose(mean, [2 / 3, 0.5, 2 / 3], { tolerance: 1e-7 });
  assert.deepEqual(cache.read, ["a", "b", "c"]);
});

Deno.test("meanMap() counts a map of zeros", async () => {
  const mean = await meanMap(cacheOf({ a: [0, 0], b: [1, 2] }), { paths: ["a", "b"] });
  assert.deepEqual([...mean], [0.25, 0.5]);
});

Deno.test("meanMap() stops with the signal's reason", async () => {
  const stop = new AbortController();
  const cache = cacheOf({ a: [1], b: [1], c: [1] });
  const readMap = (path: string) => {
    if (path === "b") stop.abort(new Error("enough"));
    return cache.readMap(path);
  };
  const work = meanMap({ readMap }, { paths: ["a", "b", "c"], signal: stop.signal });
  await assert.rejects(work, { message: "enough" });
  assert.deepEqual(cache.read, ["a", "b"]);
});
