import assert from "node:assert/strict";
import { chooseExamples } from "../../lib/report/examples.ts";
import { imageScores } from "./report_support.ts";

/** The scores chosen of photos with the scores 0 to n − 1, by group. */
function chosen(photos: number, count: number): Record<string, number[]> {
  const images = Array.from({ length: photos }, (_, i) => imageScores(`${i}.png`, i));
  const groups = chooseExamples(images, { count, scoreOf: ({ scores }) => scores.student.cc });
  return Object.fromEntries(
    groups.map(({ title, images }) => [title, images.map(({ scores }) => scores.student.cc)]),
  );
}

Deno.test("chooseExamples() takes the ends and the middle, from the greatest to the least", () => {
  assert.deepEqual(chosen(11, 3), { Best: [10, 9, 8], Median: [6, 5, 4], Worst: [2, 1, 0] });
  assert.deepEqual(chosen(5, 1), { Best: [4], Median: [2], Worst: [0] });
});

Deno.test("chooseExamples() shows no photo twice, however few there are", () => {
  assert.deepEqual(chosen(7, 4), { Best: [6, 5], Median: [3, 2], Worst: [1, 0] });
  assert.deepEqual(chosen(3, 4), { Best: [2], Median: [1], Worst: [0] });
  assert.deepEqual(chosen(2, 4), { Best: [1], Worst: [0] });
  assert.deepEqual(chosen(1, 4), { Best: [0] });
  for (let photos = 1; photos < 30; photos++) {
    for (let count = 1; count < 12; count++) {
      const all = Object.values(chosen(photos, count)).flat();
      assert.equal(new Set(all).size, all.length, `${count} of ${photos}`);
      assert.deepEqual(all, all.toSorted((a, b) => b - a));
    }
  }
});

Deno.test("chooseExamples() orders equal scores by path", () => {
  const images = ["b", "c", "a"].map((path) => imageScores(path, 1));
  const groups = chooseExamples(images, { count: 1, scoreOf: () => 1 });
  assert.deepEqual(groups.map(({ images: [{ path }] }) => path), ["a", "b", "c"]);
});
