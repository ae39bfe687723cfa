import assert from "node:assert/strict";
import { defeatsOf, describeStanding, standingOf, studentOf } from "../../lib/report/standing.ts";
import { evaluation } from "./report_support.ts";

Deno.test("standingOf() knows which way is better, and when chance may explain it", () => {
  const standing = (predictor: string, measure: string) =>
    standingOf(evaluation, { predictor, measure });
  assert.equal(standing("meanMap", "cc"), "better");
  assert.equal(standing("meanMap", "kl"), "worse"); // +0.2, and lower is better
  assert.equal(standing("gaussian", "cc"), "open");
  assert.equal(standing("gaussian", "kl"), "better");
  assert.equal(standing("student", "cc"), undefined);
  assert.equal(standing("meanMap", "sim"), undefined);
});

Deno.test("standingOf() takes 0.05 itself for chance", () => {
  const cc = { ...evaluation.differences.meanMap.cc, pValue: 0.05 };
  const edge = { ...evaluation, differences: { meanMap: { cc } } };
  assert.equal(standingOf(edge, { predictor: "meanMap", measure: "cc" }), "open");
});

Deno.test("describeStanding() names everybody once", () => {
  assert.equal(
    describeStanding(evaluation, "cc"),
    "In CC the student is better than “mean training map”; not told apart from “Gaussian <centred> & " +
      '"wide"”; worse than “mirrored teacher”.',
  );
  assert.equal(
    describeStanding({ ...evaluation, differences: {} }, "kl"),
    "In KL the student was compared with nobody.",
  );
});

Deno.test("defeatsOf() names baselines that win, not ceilings", () => {
  assert.deepEqual(defeatsOf(evaluation), [{ title: "mean training map", measures: ["KL"] }]);
});

Deno.test("studentOf() refuses an evaluation without a student", () => {
  assert.equal(studentOf(evaluation).name, "student");
  assert.throws(() => studentOf({ ...evaluation, predictors: [] }), { name: "RangeError" });
});
