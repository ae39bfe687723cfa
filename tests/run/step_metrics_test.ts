import assert from "node:assert/strict";
import { RunFolder } from "../../lib/run/run_folder.ts";
import {
  describeLossCurve,
  readStepMetrics,
  type StepMetrics,
} from "../../lib/run/step_metrics.ts";
import { testInFolder } from "../support/temporary_folder.ts";

const step = (number: number, phase: StepMetrics["phase"] = "linear"): StepMetrics => (
  { step: number, phase, epoch: 1, loss: 1 / number, imagesPerSecond: 10 }
);

testInFolder(
  "readStepMetrics() leaves out a line cut short; no record has no steps",
  async (folder) => {
    const run = new RunFolder(folder);
    assert.deepEqual(await readStepMetrics(run), []);
    await Deno.writeTextFile(run.metricsFile, `${JSON.stringify(step(1))}\n{"step":2,"lo`);
    assert.deepEqual(await readStepMetrics(run), [step(1)]);
  },
);

Deno.test("describeLossCurve() marks where fine-tuning starts, unless it is the start", () => {
  const { series, marks } = describeLossCurve([step(1), step(2), step(3, "ft")]);
  assert.deepEqual(series[0].points, [{ x: 1, y: 1 }, { x: 2, y: 1 / 2 }, { x: 3, y: 1 / 3 }]);
  assert.deepEqual(marks, [{ x: 3, label: "fine-tuning" }]);
  assert.deepEqual(describeLossCurve([step(1, "ft")]).marks, []);
});

Deno.test("describeLossCurve() averages a long record to at most 400 points", () => {
  const steps = Array.from({ length: 800 }, (_, i) => step(i + 1));
  const [{ points }] = describeLossCurve(steps).series;
  assert.equal(points.length, 400);
  assert.deepEqual(points[1], { x: 3, y: (1 / 3 + 1 / 4) / 2 });
});
