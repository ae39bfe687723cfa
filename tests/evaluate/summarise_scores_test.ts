import assert from "node:assert/strict";
import { measureNames, type Scores } from "../../lib/evaluate/measures.ts";
import { summariseScores } from "../../lib/evaluate/summarise_scores.ts";
import { assertClose } from "../support/numeric.ts";

const allOf = (score: number) =>
  Object.fromEntries(measureNames.map((name) => [name, score])) as Scores;

const photo = (path: string, student: number, other: number) => ({
  path,
  scores: { student: allOf(student), other: allOf(other) },
});

Deno.test("summariseScores() subtracts photo by photo, and tests the differences", () => {
  const photos = [photo("a", 3, 2), photo("b", 5, 3), photo("c", 4, 1)];
  const { scores, differences } = summariseScores(photos, { seed: 0 });
  assert.deepEqual(Object.keys(scores), ["student", "other"]);
  assert.deepEqual(Object.keys(differences), ["other"]);
  for (const measure of measureNames) {
    assert.equal(scores.student[measure].mean, 4);
    assert.equal(scores.other[measure].mean, 2);
    const { mean, low, high, pValue } = differences.other[measure];
    assert.deepEqual([mean, low, high, pValue], [2, 1, 3, 0.25]); // two of eight sets of signs
  }
});

Deno.test("summariseScores() draws the same photos for scores and differences", () => {
  const photos = Array.from({ length: 30 }, (_, i) => photo(`${i}`, i % 7, 1));
  const { scores, differences } = summariseScores(photos, { seed: 3 });
  const [student, difference] = [scores.student.cc, differences.other.cc];
  assertClose([difference.mean, difference.low, difference.high], [
    student.mean - 1,
    student.low - 1,
    student.high - 1,
  ], { tolerance: 1e-12 });
  assert.deepEqual(summariseScores(photos, { seed: 3 }), { scores, differences });
});
