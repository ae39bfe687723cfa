import assert from "node:assert/strict";
import { join } from "node:path";
import {
  type EvaluationFile,
  readEvaluation,
  readImageScores,
  writeEvaluation,
  writeImageScores,
} from "../../lib/run/evaluation_file.ts";
import { testInFolder } from "../support/temporary_folder.ts";

const interval = { mean: 0.5, low: 0.25, high: 0.75 };
const curves = {
  xTitle: "glimpses",
  yTitle: "covered",
  byPredictor: { student: { area: interval, points: [{ x: 1, ...interval }] } },
};
const evaluation: EvaluationFile = {
  version: 1,
  checkpoint: "student.safetensors",
  photos: 2,
  trainingPhotos: 8,
  holdout: 0.2,
  datasetPath: "photos",
  rolloutDir: "rollouts",
  datasetSha256: "a".repeat(64),
  grid: [2, 3],
  view: "8×12 pixels of 32×48",
  seenShare: 0.0625,
  seed: 0,
  predictors: [{ name: "student", title: "student", kind: "student" }],
  measures: [{ name: "cc", title: "CC", better: "higher" }],
  scores: { student: { cc: interval } },
  differences: { uniform: { cc: { ...interval, pValue: 0.5 } } },
};

testInFolder(
  "an evaluation comes back from its file, with and without its parts",
  async (folder) => {
    const path = join(folder, "run", "evaluation.json");
    const parts = {
      faithfulness: { insertion: curves, deletion: curves },
      glimpses: curves,
      equivariance: { flip: interval },
    };
    for (const written of [evaluation, { ...evaluation, ...parts }]) {
      await writeEvaluation(path, written);
      assert.deepEqual(await readEvaluation(path), written);
    }
  },
);

testInFolder("scores of photos come back a line each", async (folder) => {
  const path = join(folder, "evaluation.jsonl");
  const lines = ["a.jpg", "ü/b c.png"].map((path) => ({ path, scores: { student: { cc: 1 } } }));
  await writeImageScores(path, lines);
  assert.equal((await Deno.readTextFile(path)).split("\n").length, 3);
  assert.deepEqual(await readImageScores(path), lines);
});

testInFolder("readEvaluation() and readImageScores() name a missing file", async (folder) => {
  const path = join(folder, "evaluation.json");
  const message = `Cannot read evaluation: ${path} is missing, expected what evaluate writes`;
  await assert.rejects(readEvaluation(path), { message });
  await assert.rejects(readImageScores(path), { message });
});

testInFolder("readEvaluation() and readImageScores() name what is damaged", async (folder) => {
  const path = join(folder, "evaluation.json");
  const damaged = {
    name: "SyntaxError",
    message: new RegExp(`${path} is damaged .*evaluate again`),
  };
  for (const text of ["{", "{}", JSON.stringify({ ...evaluation, version: 2 })]) {
    await Deno.writeTextFile(path, text);
    await assert.rejects(readEvaluation(path), damaged);
  }
  await Deno.writeTextFile(path, '{"path": "a", "scores": {}}\n{"path": 1}\n');
  await assert.rejects(readImageScores(path), { message: /evaluation\.json, line 2 is damaged/ });
});
