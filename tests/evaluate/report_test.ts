import assert from "node:assert/strict";
import { measureNames, measures } from "../../lib/evaluate/measures.ts";
import { describeEvaluation, describeVerdict } from "../../lib/evaluate/report.ts";
import type { EvaluationFile } from "../../lib/run/evaluation_file.ts";

type Differences = Record<string, { mean: number; pValue: number }>;

/** Every measure alike, but for those named. */
const byMeasure = <T>(usual: T, special: Record<string, T> = {}) =>
  Object.fromEntries(measureNames.map((name) => [name, special[name] ?? usual]));

function difference(special: Differences) {
  const whole = ({ mean, pValue }: Differences[string]) => ({ mean, low: 0, high: 0, pValue });
  const named = Object.entries(special).map(([name, it]) => [name, whole(it)] as const);
  return byMeasure(whole({ mean: 0, pValue: 1 }), Object.fromEntries(named));
}

/** The student beats the Gaussian in CC and KL; the mean map as said; the ceiling beats it. */
function evaluationWith(meanMap: Differences): EvaluationFile {
  const half = (mean: number, by: number) => ({ mean, low: mean - by, high: mean + by });
  return {
    version: 1,
    checkpoint: "runs/a/student.safetensors",
    photos: 3,
    trainingPhotos: 27,
    holdout: 0.1,
    datasetPath: "photos",
    rolloutDir: "rollouts",
    datasetSha256: "a".repeat(64),
    grid: [14, 14],
    view: "44×44 pixels of 224×224",
    seenShare: 0.04,
    seed: 0,
    predictors: [
      { name: "student", title: "student", kind: "student" },
      { name: "gaussian", title: "centred Gaussian", kind: "baseline" },
      { name: "meanMap", title: "mean training map", kind: "baseline" },
      { name: "mirrored", title: "teacher, mirrored", kind: "ceiling" },
    ],
    measures: [...measures],
    scores: {
      student: byMeasure(half(0.75, 0.125), { peakDistance: half(12.345, 1.2345) }),
      gaussian: byMeasure(half(0.25, 0.0625), { cc: half(-0.25, 0.0625) }),
      meanMap: byMeasure(half(0.5, 0)),
      mirrored: byMeasure(half(1, 0)),
    },
    differences: {
      gaussian: difference({
        cc: { mean: 1, pValue: 1e-4 },
        kl: { mean: -1, pValue: 1e-4 },
        peakDistance: { mean: 3, pValue: 0.049 },
      }),
      meanMap: difference(meanMap),
      mirrored: difference({ cc: { mean: -0.25, pValue: 0.01 } }),
    },
  };
}

const better = { cc: { mean: 0.25, pValue: 0.01 }, kl: { mean: -0.1, pValue: 0.01 } };
const equal = { cc: { mean: 0.25, pValue: 0.05 }, kl: { mean: -0.1, pValue: 0.5 } };
const worse = { cc: { mean: -0.25, pValue: 0.01 }, kl: { mean: 0.1, pValue: 0.01 } };

Deno.test("describeEvaluation() aligns tables between what was scored and the verdicts", () => {
  const lines = describeEvaluation(evaluationWith(equal));
  assert.deepEqual(lines.slice(0, 8), [
    "runs/a/student.safetensors: 44×44 pixels of 224×224 to a map of 14×14",
    "3 of 30 photos held out (a share of 0.1); means ± half of their 95 % interval (bootstrap)",
    "",
    "                           CC ↑        SIM ↑         KL ↓        NSS ↑    IG bits ↑",
    "student             0.750±0.125  0.750±0.125  0.750±0.125  0.750±0.125  0.750±0.125",
    "centred Gaussian   -0.250±0.063  0.250±0.063  0.250±0.063  0.250±0.063  0.250±0.063",
    "mean training map   0.500±0.000  0.500±0.000  0.500±0.000  0.500±0.000  0.500±0.000",
    "teacher, mirrored   1.000±0.000  1.000±0.000  1.000±0.000  1.000±0.000  1.000±0.000",
  ]);
  assert.match(lines[9], /^ +AUC 10 % ↑ +Spearman ↑ +recall ↑ +peak px ↓ +BCE ↓ +abs\. err\. ↓$/);
  assert.match(lines[10], /^student .* 12\.3±1\.2 /);
  assert.deepEqual(lines.slice(-2), [
    "In CC the student beats 1 of 2 baselines; it is not to be told from “mean training map”.",
    "In KL the student beats 1 of 2 baselines; it is not to be told from “mean training map”.",
  ]);
  assert(lines.slice(1).every(({ length }) => length <= 100));
});

Deno.test("describeEvaluation() tells real differences from chance, and which way they go", () => {
  const lines = describeEvaluation(evaluationWith(worse));
  const start = lines.findIndex((line) => line.startsWith("student against"));
  const rows = lines.slice(start, start + 4).map((line) =>
    line.split(/ {2,}/).map((it) => it.trim())
  );
  assert.deepEqual(rows[0].slice(1), [
    ...["CC", "SIM", "KL", "NSS", "IG bits", "AUC 10 %", "Spearman", "recall", "peak px", "BCE"],
    "abs. err.",
  ]);
  const same = (count: number) => new Array(count).fill("·");
  assert.deepEqual(rows.slice(1), [
    ["centred Gaussian", "+", "·", "+", ...same(5), "−", ...same(2)], // a peak further off
    ["mean training map", "−", "·", "−", ...same(8)],
    ["teacher, mirrored", "−", ...same(10)],
  ]);
  assert.match(lines[start + 4], /^\+ the student is better, .*p < 0\.05 each\)$/);
});

Deno.test("describeVerdict() counts a win where chance does not explain it", () => {
  const said = (meanMap: Differences) => describeVerdict(evaluationWith(meanMap), "kl");
  assert.equal(said(better), "In KL the student beats every baseline.");
  assert.equal(
    said(worse),
    "In KL the student beats 1 of 2 baselines; it is worse than “mean training map”.",
  );
  assert.equal(
    said(equal),
    "In KL the student beats 1 of 2 baselines; it is not to be told from “mean training map”.",
  );
});

Deno.test("describeEvaluation() ends with the equivariance, where it was measured", () => {
  const equivariance = {
    horizontalFlip: { mean: 0.9375, low: 0.875, high: 1 },
    all: { mean: 0.5, low: 0.25, high: 0.75 },
  };
  const lines = describeEvaluation({ ...evaluationWith(equal), equivariance });
  assert.deepEqual(lines.slice(-5), [
    "",
    "The teacher's map of a moved photo against its moved map:",
    "                        CC ↑",
    "horizontal flip  0.938±0.063",
    "all              0.500±0.250",
  ]);
});
