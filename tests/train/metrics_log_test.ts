import assert from "node:assert/strict";
import { RunFolder } from "../../lib/run/run_folder.ts";
import type { StepMetrics } from "../../lib/run/step_metrics.ts";
import { MetricsLog } from "../../lib/train/metrics_log.ts";
import { testInFolder } from "../support/temporary_folder.ts";

const step = (number: number): StepMetrics => ({
  step: number,
  phase: number < 3 ? "linear" : "ft",
  epoch: 1,
  loss: 1 / number,
  imagesPerSecond: 10,
});

async function stepsIn(run: RunFolder): Promise<number[]> {
  const text = await Deno.readTextFile(run.metricsFile);
  return text.split("\n").filter(Boolean).map((line) => JSON.parse(line).step);
}

async function startedRun(folder: string): Promise<RunFolder> {
  const run = new RunFolder(folder);
  await Deno.writeTextFile(run.configFile, "{}");
  return run;
}

testInFolder("MetricsLog writes a line a step when flushed, and no step twice", async (folder) => {
  const run = await startedRun(folder);
  const log = await MetricsLog.open(run, 0);
  await log.add(step(1));
  await log.add(step(2));
  assert.deepEqual(await stepsIn(run), []);
  await log.flush();
  await log.add(step(3));
  await log.flush();
  await log.flush();
  assert.deepEqual(await stepsIn(run), [1, 2, 3]);
  const lines = (await Deno.readTextFile(run.metricsFile)).split("\n");
  assert.deepEqual(JSON.parse(lines[1]), step(2));
});

testInFolder(
  "MetricsLog.open() drops steps after the last one, and a line cut short",
  async (folder) => {
    const run = await startedRun(folder);
    const log = await MetricsLog.open(run, 0);
    for (const number of [1, 2, 3, 4]) await log.add(step(number));
    await log.flush();
    await Deno.writeTextFile(run.metricsFile, '{"step":5,"los', { append: true });
    const resumed = await MetricsLog.open(run, 2);
    assert.deepEqual(await stepsIn(run), [1, 2]);
    await resumed.add(step(3));
    await resumed.flush();
    assert.deepEqual(await stepsIn(run), [1, 2, 3]);
  },
);

testInFolder("MetricsLog.open() of a new run forgets the record of an old one", async (folder) => {
  const run = await startedRun(folder);
  await Deno.writeTextFile(run.metricsFile, JSON.stringify(step(1)) + "\n");
  await MetricsLog.open(run, 0);
  assert.deepEqual(await stepsIn(run), []);
});

testInFolder(
  "MetricsLog.draw() draws nothing of no steps, a picture of thousands",
  async (folder) => {
    const run = await startedRun(folder);
    const log = await MetricsLog.open(run, 0);
    await log.draw();
    await assert.rejects(Deno.stat(run.lossCurveFile), Deno.errors.NotFound);
    for (let number = 1; number <= 3000; number++) await log.add(step(number));
    await log.draw();
    assert((await Deno.stat(run.lossCurveFile)).size > 1000);
  },
);
