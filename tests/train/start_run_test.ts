import assert from "node:assert/strict";
import { join } from "node:path";
import { UsageError } from "../../lib/config/usage_error.ts";
import { RunFolder } from "../../lib/run/run_folder.ts";
import { startRun } from "../../lib/train/start_run.ts";
import { readRunState } from "../../lib/train/run_state.ts";
import { writeChecksummed } from "../../lib/weights/checksummed_file.ts";
import { float32Tensor } from "../../lib/weights/safetensors.ts";
import { testInFolder } from "../support/temporary_folder.ts";

const shared = { dataset: {}, cache: {} };
const config = { lr: 0.1, degradation: { strategy: "MAE", maskRatio: 0.75 }, ...shared };
const fresh = { config, resume: false, overwrite: false };

/** Leaves a run as training does after its first epoch. */
async function trainAnEpoch(run: RunFolder): Promise<void> {
  await writeChecksummed(run.stateFile, new Map(), {
    metadata: { position: '{"epochs":1,"batches":0,"optimiserSteps":0}' },
  });
}

testInFolder("startRun() writes the configuration of a new run", async (folder) => {
  const run = new RunFolder(join(folder, "new"));
  assert.equal(await startRun(run, fresh), undefined);
  assert.deepEqual(JSON.parse(await Deno.readTextFile(run.configFile)), config);
});

testInFolder(
  "startRun() counts a run that failed before its first epoch as not begun",
  async (folder) => {
    const run = new RunFolder(folder);
    await startRun(run, fresh);
    assert.equal(await startRun(run, { ...fresh, resume: true }), undefined);
    const corrected = { ...config, lr: 0.2 };
    assert.equal(await startRun(run, { ...fresh, config: corrected }), undefined);
    assert.deepEqual(JSON.parse(await Deno.readTextFile(run.configFile)), corrected);
  },
);

testInFolder(
  "startRun() refuses a run that has begun, and resumes it when told",
  async (folder) => {
    const run = new RunFolder(folder);
    await startRun(run, fresh);
    await trainAnEpoch(run);
    await assert.rejects(startRun(run, fresh), /holds a run already/);
    const state = await startRun(run, { ...fresh, resume: true });
    assert.deepEqual(state?.position, { epochs: 1, batches: 0 });
  },
);

testInFolder("startRun() names every difference of a run to resume", async (folder) => {
  const run = new RunFolder(folder);
  await startRun(run, fresh);
  await trainAnEpoch(run);
  const degradation = { strategy: "MAE", maskRatio: 0.5 };
  const other = { lr: 0.2, degradation, ...shared, seed: 1 };
  await assert.rejects(startRun(run, { ...fresh, config: other, resume: true }), (error: Error) => {
    assert(error instanceof UsageError);
    assert.match(error.message, /lr was 0\.1, is 0\.2/);
    assert.match(error.message, /degradation was .*0\.75.*, is .*0\.5/);
    assert.match(error.message, /seed was undefined, is 1/);
    return true;
  });
});

testInFolder("startRun() resumes a run of before commits were noted", async (folder) => {
  const run = new RunFolder(folder);
  const configAt = (commit?: string) => ({
    ...fresh.config,
    cache: { teacher: { weightsSha256: "5f", commit } },
    ...(commit && { studentCommit: commit }),
  });
  await startRun(run, { ...fresh, config: configAt() });
  await trainAnEpoch(run);
  const state = await startRun(run, { ...fresh, config: configAt("c0ffee"), resume: true });
  assert.deepEqual(state?.position, { epochs: 1, batches: 0 });
  await startRun(run, { ...fresh, config: configAt("c0ffee"), overwrite: true });
  await trainAnEpoch(run);
  await assert.rejects(startRun(run, { ...fresh, config: configAt("beef"), resume: true }), {
    message: /: studentCommit was "c0ffee", is "beef"; /,
  });
});

testInFolder("startRun() overwrites what a run makes, and nothing else", async (folder) => {
  const run = new RunFolder(folder);
  await startRun(run, fresh);
  await trainAnEpoch(run);
  await Deno.writeTextFile(join(run.checkpointFolder, "student-a-epoch1.safetensors"), "old");
  await Deno.writeTextFile(join(folder, "notes.txt"), "mine");
  await startRun(run, { ...fresh, overwrite: true });
  const names = (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name);
  assert.deepEqual(names.sort(), ["config.json", "notes.txt"]);
});

testInFolder("startRun() leaves another program's config.json alone", async (folder) => {
  const run = new RunFolder(folder);
  for (const text of ["{", "null", "[]", '{"architecture":"vit_tiny_patch16_224"}']) {
    await Deno.writeTextFile(run.configFile, text);
    for (const overwrite of [false, true]) {
      await assert.rejects(startRun(run, { ...fresh, overwrite }), (error: Error) => {
        assert(error instanceof UsageError);
        assert.match(error.message, /config\.json was not written by train/);
        return true;
      });
    }
    assert.equal(await Deno.readTextFile(run.configFile), text);
  }
});

testInFolder("readRunState() refuses a file that train did not write", async (folder) => {
  const path = join(folder, "state.safetensors");
  const weight = float32Tensor([1], new Float32Array(1));
  const damaged: Record<string, string>[] = [
    {},
    { position: "{" },
    { position: '{"epochs":-1,"batches":0,"optimiserSteps":0}' },
  ];
  for (const metadata of damaged) {
    await writeChecksummed(path, new Map([["w", weight]]), { metadata });
    await assert.rejects(readRunState(path), {
      name: "SyntaxError",
      message: /carries no position/,
    });
  }
});
