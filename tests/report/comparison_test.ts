import assert from "node:assert/strict";
import { UsageError } from "../../lib/config/usage_error.ts";
import {
  type ComparedRun,
  comparisonCsv,
  describeComparison,
  markdownTable,
  tabulate,
} from "../../lib/report/comparison.ts";
import { type ComparisonGrid, spellOutGrid } from "../../lib/report/comparison_grid.ts";
import { around, evaluation } from "./report_support.ts";

const grid: ComparisonGrid = {
  studentModels: ["local-dir:models/base"],
  strategies: ["DOWNSIZE", "MAE"],
  factors: [2, 4],
  maskRatios: [0.75],
  phases: ["1+2"],
};

/** Students whose CC is as given, with what each saw; the mirrored teacher's differs, too. */
function compared(scores: readonly [cc: number, seenShare: number][]): ComparedRun[] {
  return spellOutGrid(grid).map((cell, i) => {
    const [cc, seenShare] = scores[i];
    const mirrored = { ...evaluation.scores.mirrored, cc: around(cc + 0.1) };
    const student = { ...evaluation.scores.student, cc: around(cc) };
    const own = { ...evaluation.scores, student, mirrored };
    return { ...cell, evaluation: { ...evaluation, seenShare, scores: own } };
  });
}

const runs = compared([[0.6, 1 / 4], [0.5, 1 / 16], [0.4, 1 / 4]]);

Deno.test("spellOutGrid() makes every combination, MAE with ratios and DOWNSIZE with factors", () => {
  const whole = { ...grid, studentModels: ["a", "org/b"], phases: ["1+2", "0+3"] };
  const names = spellOutGrid(whole).map(({ name }) => name);
  assert.deepEqual(names.slice(0, 6), [
    "a-DOWNSIZE-2-1+2",
    "a-DOWNSIZE-4-1+2",
    "a-MAE-0.75-1+2",
    "a-DOWNSIZE-2-0+3",
    "a-DOWNSIZE-4-0+3",
    "a-MAE-0.75-0+3",
  ]);
  assert.equal(names.length, 12);
  assert.deepEqual(spellOutGrid(whole)[11], {
    name: "b-MAE-0.75-0+3",
    studentModel: "org/b",
    degradation: { strategy: "MAE", maskRatio: 0.75 },
    linearLayerEpochs: 0,
    ftEpochs: 3,
  });
});

Deno.test("spellOutGrid() refuses two students in one folder", () => {
  for (const change of [{ factors: [2, 2] }, { studentModels: ["a/x", "local-dir:x"] }]) {
    assert.throws(() => spellOutGrid({ ...grid, ...change }), (error: Error) => {
      assert.ok(error instanceof UsageError);
      assert.match(error.message, /^the grid has two students named (base|x)-DOWNSIZE-2-1\+2, /);
      return true;
    });
  }
});

Deno.test("tabulate() gives a row a student, with marks for what chance does not explain", () => {
  const [head, first, , last] = tabulate(runs);
  assert.deepEqual(head.slice(4, 7), ["seen", "student's CC", "mean training map"]);
  assert.deepEqual(first, [
    "base",
    "DOWNSIZE",
    "2",
    "1+2",
    "25.0 %",
    "0.600 (0.500 to 0.700)",
    "0.300 (0.200 to 0.400) ▼",
    "0.550 (0.450 to 0.650)",
    "0.700 (0.600 to 0.800) ▲",
  ]);
  assert.deepEqual(last.slice(1, 3), ["MAE", "0.75"]);
});

Deno.test("markdownTable() keeps bars within cells", () => {
  assert.equal(
    markdownTable([["a", "b|c"], ["1", "2"]]),
    "| a | b\\|c |\n| --- | --- |\n| 1 | 2 |\n",
  );
});

Deno.test("comparisonCsv() gives every predictor a line, and quotes what needs it", () => {
  const odd = { ...runs[0], studentModel: 'local-dir:a,"b"' };
  const lines = comparisonCsv([odd]).split("\r\n");
  assert.equal(lines.length, 1 + 4 + 1);
  assert.match(lines[0], /^run,student_model,.*,seen_share,predictor,cc,cc_low,cc_high$/);
  assert.equal(
    lines[2],
    'base-DOWNSIZE-2-1+2,"local-dir:a,""b""",DOWNSIZE,2,1,2,0.25,meanMap,0.3,' +
      `${0.3 - 0.1},${0.3 + 0.1}`,
  );
});

Deno.test("describeComparison() draws rules for what never changes, else lines over what was seen", () => {
  const { series, levels } = describeComparison(runs);
  assert.deepEqual(levels, [
    { y: 0.3, label: "mean training map" },
    { y: 0.55, label: 'Gaussian <centred> & "wide"' },
  ]);
  assert.deepEqual(series.map(({ name }) => name), [
    "DOWNSIZE",
    "MAE",
    "mirrored teacher, DOWNSIZE",
    "mirrored teacher, MAE",
  ]);
  assert.deepEqual(series[0].points, [
    { x: 1 / 16, y: 0.5, low: 0.4, high: 0.6 },
    { x: 1 / 4, y: 0.6, low: 0.5, high: 0.7 },
  ]);
});

Deno.test("describeComparison() names what differs besides the strategy", () => {
  const other = runs.map((run) => ({ ...run, studentModel: "other", ftEpochs: 9 }));
  const names = describeComparison([...runs, ...other]).series.map(({ name }) => name);
  assert.deepEqual(names.slice(0, 4), [
    "DOWNSIZE base 1+2",
    "MAE base 1+2",
    "DOWNSIZE other 1+9",
    "MAE other 1+9",
  ]);
});

Deno.test("describeComparison() draws whoever depends on the view alone once, and dashed", () => {
  const longer = runs.map((run) => ({ ...run, ftEpochs: 9 }));
  const { series } = describeComparison([...runs, ...longer]);
  assert.deepEqual(
    series.map(({ name, dashed = false, points }) => [name, dashed, points.length]),
    [
      ["DOWNSIZE 1+2", false, 2],
      ["MAE 1+2", false, 1],
      ["DOWNSIZE 1+9", false, 2],
      ["MAE 1+9", false, 1],
      ["mirrored teacher, DOWNSIZE", true, 2],
      ["mirrored teacher, MAE", true, 1],
    ],
  );
});
