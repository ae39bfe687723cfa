import assert from "node:assert/strict";
import { join } from "node:path";
import { UsageError } from "../../lib/config/usage_error.ts";
import { RunFolder } from "../../lib/run/run_folder.ts";
import { startRun } from "../../lib/train/start_run.ts";
import { readRunState } from "../../lib/train/run_state.ts";
import { float32Tensor, writeSafetensors } from "../../lib/weights/safetensors.ts";
import { testInFolder } from "../support/temporary_folder.ts";

const config = { lr: 0.1, degradation: { strategy: "MAE", maskRatio: 0.75 } };
const fresh = { config, resume: false, overwrite: false };

testInFolder("startRun() writes the configuration of a new run", async (folder) => {
  const run = new RunFolder(join(folder, "new"));
  assert.equal(await startRun(run, fresh), undefined);
  assert.deepEqual(JSON.parse(await Deno.readTextFile(run.configFile)), config);
});

testInFolder("startRun() resumes from the beginning when nothing was saved yet", async (folder) => {
  const run = new RunFolder(folder);
  await startRun(run, fresh);
  assert.equal(await startRun(run, { ...fresh, resume: true }), undefined);
});

testInFolder("startRun() names every difference of a run to resume", async (folder) => {
  const run = new RunFolder(folder);
  await startRun(run, fresh);
  const other = { lr: 0.2, degradation: { strategy: "MAE", maskRatio: 0.5 }, seed: 1 };
  await assert.rejects(startRun(run, { ...fresh, config: other, resume: true }), (error: Error) => {
    assert(error instanceof UsageError);
    assert.match(error.message, /lr was 0\.1, is 0\.2/);
    assert.match(error.message, /degradation was .*0\.75.*, is .*0\.5/);
    assert.match(error.message, /seed was undefined, is 1/);
    return true;
  });
});

testInFolder("startRun() overwrites what a run makes, and nothing else", async (folder) => {
  const run = new RunFolder(folder);
  await startRun(run, fresh);
  await Deno.mkdir(run.checkpointFolder);
  await Deno.writeTextFile(join(run.checkpointFolder, "student-a-epoch1.safetensors"), "old");
  await Deno.writeTextFile(join(folder, "notes.txt"), "mine");
  await startRun(run, { ...fresh, overwrite: true });
  const names = (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name);
  assert.deepEqual(names.sort(), ["config.json", "notes.txt"]);
});

testInFolder("startRun() names a damaged configuration", async (folder) => {
  const run = new RunFolder(folder);
  await Deno.writeTextFile(run.configFile, "{");
  await assert.rejects(startRun(run, fresh), {
    name: "SyntaxError",
    message: /config\.json is not JSON/,
  });
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
    await writeSafetensors(path, [["w", weight]], { metadata });
    await assert.rejects(readRunState(path), {
      name: "SyntaxError",
      message: /carries no position/,
    });
  }
});
