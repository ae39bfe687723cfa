/**
 * The clock goes back under precompute and train: by a second each time that it is asked, and by a day
 * between an interruption and what follows it.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { openBackend } from "../../lib/backend/open_backend.ts";
import { precomputeDataset } from "../../lib/precompute/precompute_dataset.ts";
import { RunFolder } from "../../lib/run/run_folder.ts";
import { trainStudent } from "../../lib/train/train_student.ts";
import { filesOf } from "../cache/cache_support.ts";
import { testWithFiles } from "../support/permissions.ts";
import { makeTinyPipeline } from "../support/tiny_pipeline.ts";

/** Lets the clock run backwards until the end of a `using` block. */
function backwardClock(): Disposable {
  const { now } = Date;
  let time = now();
  Date.now = () => time -= 1000;
  return { [Symbol.dispose]: () => void (Date.now = now) };
}

/** Dates all files of a folder a day ahead, as if the clock had gone back by one since. */
async function dateAhead(folder: string): Promise<void> {
  const tomorrow = Date.now() / 1000 + 86_400;
  for (const name of Object.keys(await filesOf(folder))) {
    await Deno.utime(join(folder, name), tomorrow, tomorrow);
  }
  await Deno.utime(folder, tomorrow, tomorrow);
}

/** A signal that is aborted at the third report of progress. */
function interruption(): { signal: AbortSignal; onProgress: () => void } {
  const controller = new AbortController();
  let reports = 0;
  return {
    signal: controller.signal,
    onProgress: () => ++reports === 3 && controller.abort(),
  };
}

testWithFiles("a clock that goes back changes neither maps nor weights", async () => {
  await openBackend("wasm");
  const { root, options } = await makeTinyPipeline();
  try {
    const job = { ...options, modelWorkers: 1 };
    await trainStudent(job);
    const weights = await filesOf(new RunFolder(job.runDir).checkpointFolder);
    const maps = await filesOf(job.rolloutDir);

    using _ = backwardClock();
    const again = {
      source: job.source,
      rollout: { mode: "paper", headFusion: "mean", discardRatio: 0 } as const,
      ...{ datasetPath: job.datasetPath, rolloutDir: join(root, "again"), shardSize: 4 },
      ...{ batchSize: 4, workers: 1 },
    };
    await assert.rejects(precomputeDataset({ ...again, ...interruption() }), {
      name: "AbortError",
    });
    await dateAhead(again.rolloutDir);
    await precomputeDataset(again);
    assert.deepEqual(await filesOf(again.rolloutDir), maps);

    const rerun = { ...job, runDir: join(root, "rerun") };
    const seconds: number[] = [];
    const { signal, onProgress } = interruption();
    const first = await trainStudent({
      ...rerun,
      signal,
      onProgress: ({ imagesPerSecond }) => {
        seconds.push(imagesPerSecond);
        onProgress();
      },
    });
    assert.equal(first.complete, false);
    assert(seconds.every((rate) => rate > 0), `${seconds} images a second`);
    const { checkpointFolder } = new RunFolder(rerun.runDir);
    await dateAhead(checkpointFolder);
    await trainStudent({ ...rerun, resume: true });
    assert.deepEqual(await filesOf(checkpointFolder), weights);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});
