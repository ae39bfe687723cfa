import assert from "node:assert/strict";
import type { Evaluation, ScoresByPredictor } from "../../lib/evaluate/evaluation.ts";
import { describeEvaluation, describeVerdict } from "../../lib/evaluate/report.ts";

const metrics: ScoresByPredictor = {
  student: { bce: 0.5, meanAbsoluteError: 0.125, cc: 0.75, sim: 0.8, kl: 0.25 },
  meanMap: { bce: 0.6, meanAbsoluteError: 0.2, cc: 0.5, sim: 0.7, kl: 0.375 },
  gaussian: { bce: 12.34567, meanAbsoluteError: 0.3, cc: -0.25, sim: 0.6, kl: 1.5 },
};
const evaluation: Evaluation = {
  checkpoint: "runs/a/student.safetensors",
  photos: 3,
  trainingPhotos: 27,
  holdout: 0.1,
  datasetSha256: "a".repeat(64),
  grid: [14, 14],
  view: "44×44 pixels of 224×224",
  metrics,
  perImage: [],
};

/** The student's scores with another CC and KL. */
const withStudent = (cc: number, kl: number): ScoresByPredictor => ({
  ...metrics,
  student: { ...metrics.student, cc, kl },
});

Deno.test("describeEvaluation() aligns a table between what was scored and the verdict", () => {
  assert.deepEqual(describeEvaluation(evaluation), [
    "runs/a/student.safetensors: 44×44 pixels of 224×224 to a map of 14×14",
    "3 of 30 photos held out (a share of 0.1)",
    "",
    "                     BCE ↓  abs. error ↓     CC ↑   SIM ↑    KL ↓",
    "student             0.5000        0.1250   0.7500  0.8000  0.2500",
    "mean training map   0.6000        0.2000   0.5000  0.7000  0.3750",
    "centred Gaussian   12.3457        0.3000  -0.2500  0.6000  1.5000",
    "",
    "The student beats both baselines in CC and in KL: " +
    "CC 0.7500 against 0.5000 and -0.2500, KL 0.2500 against 0.3750 and 1.5000.",
  ]);
});

Deno.test("describeVerdict() says from the numbers what the student wins", () => {
  for (
    const [cc, kl, verdict] of [
      [0.75, 0.25, "beats both baselines in CC and in KL: "],
      [0.75, 0.375, "beats both baselines in CC, but not in KL: "],
      [0.5, 0.25, "beats both baselines in KL, but not in CC: "],
      [0.25, 1, "does not beat both baselines in CC, nor in KL: "],
      [NaN, NaN, "does not beat both baselines in CC, nor in KL: "],
    ] as const
  ) {
    const said = describeVerdict(withStudent(cc, kl));
    assert(said.startsWith(`The student ${verdict}CC ${cc.toFixed(4)} against`), said);
  }
});

Deno.test("describeVerdict() asks for more than the better baseline, whichever it is", () => {
  const { meanMap, gaussian } = metrics;
  const swapped = { ...withStudent(0.4, 1), meanMap: gaussian, gaussian: meanMap };
  assert(describeVerdict(swapped).includes("does not beat both baselines in CC, nor in KL"));
});
