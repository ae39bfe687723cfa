/**
 * `deno task verify` as a user runs it.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { openBackend } from "../../lib/backend/open_backend.ts";
import { CacheWriter } from "../../lib/cache/cache_writer.ts";
import { RunFolder } from "../../lib/run/run_folder.ts";
import { trainStudent } from "../../lib/train/train_student.ts";
import { flipLastBit, paths, settings, writeShards } from "../cache/cache_support.ts";
import { snapshot } from "../support/folder_snapshot.ts";
import { testWith } from "../support/permissions.ts";
import { taskCommand } from "../support/task_process.ts";
import { makeTinyPipeline } from "../support/tiny_pipeline.ts";

/** A cache with pixels and views, a run on it, and what verify says of them. */
async function makeSubject() {
  await openBackend("wasm");
  const { root, options } = await makeTinyPipeline({ cacheImages: true, viewsPerPhoto: 1 });
  const training = { ...options.training, ftEpochs: 1 };
  await trainStudent({ ...options, training });
  const { datasetPath, rolloutDir, runDir } = options;
  const verify = async (...flags: string[]) => {
    const { code, stdout, stderr } = await taskCommand("verify", [
      `--dataset-path=${datasetPath}`,
      `--rollout-dir=${rolloutDir}`,
      ...flags,
    ]).output();
    const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
    return { code, out, err };
  };
  return { root, rolloutDir, run: new RunFolder(runDir), verify };
}

testWith(["read", "write", "run"], "verify says what is there, and finds damage", async () => {
  const { root, rolloutDir, run, verify } = await makeSubject();
  const before = await snapshot(root);
  const whole = await verify(`--run-dir=${run.path}`);
  assert.equal(whole.code, 0, whole.err);
  const checkpoints = await run.checkpoints();
  assert.match(
    whole.out,
    /^teacher {2}local-dir:.*\/teacher, SHA-256 of its weights [0-9a-f]{64}$/m,
  );
  assert.match(whole.out, /^maps {5}10 of 2×2 in 3 files, /m);
  assert.match(whole.out, /^views {4}1 of each photo, seed 2, /m);
  assert(whole.out.endsWith(`whole: ${rolloutDir} and ${checkpoints.length} checkpoints\n`));
  assert.deepEqual(await snapshot(root), before, "nothing is written");

  const pixels = join(rolloutDir, "images-00001-of-00003.safetensors");
  await flipLastBit(pixels);
  const views = join(rolloutDir, "views-00002-of-00003.safetensors");
  await Deno.remove(views);
  const student = await run.newestCheckpoint();
  await flipLastBit(student);
  const { code, out, err } = await verify("--json", student, join(root, "nothing.safetensors"));
  assert.equal(code, 1);
  assert.match(err, /^error: 4 problems found in .*-00001-of-00003\.safetensors cannot be read/m);
  const { problems, cache, ...rest } = JSON.parse(out);
  assert.deepEqual(problems.map(({ file }: { file: string }) => file), [
    pixels,
    views,
    student,
    join(root, "nothing.safetensors"),
  ]);
  assert.equal(cache.mapCount, 10);
  assert.deepEqual(Object.keys(rest), ["rolloutDir", "bytes", "checkpoints"]);
  const lines = (await verify("--run-dir", run.path)).out.split("\n");
  assert.equal(lines.filter((line) => line.startsWith("problem ")).length, 3);
  await Deno.remove(root, { recursive: true });
});

testWith(["read", "write", "run"], "verify refuses a run that is not there", async () => {
  const { code, err } = await (async () => {
    const flags = ["--rollout-dir=/nowhere/maps", "--run-dir=/nowhere/run"];
    const { code, stderr } = await taskCommand("verify", flags).output();
    return { code, err: new TextDecoder().decode(stderr) };
  })();
  assert.equal(code, 1);
  assert.match(
    err,
    /^error: Cannot find a student: \/nowhere\/run\/checkpoints holds no checkpoint/m,
  );
});

testWith(["read", "write", "run"], "verify reads an unfinished cache", async () => {
  const folder = await Deno.makeTempDir({ prefix: "unfinished-cache-" });
  await writeShards(await CacheWriter.open(folder, { settings, paths }), 2);
  const flags = [`--rollout-dir=${folder}`, `--dataset-path=${folder}`];
  const { code, stdout } = await taskCommand("verify", flags).output();
  const out = new TextDecoder().decode(stdout);
  assert.equal(code, 1);
  assert.match(out, /^photos under .* are compared once the cache is complete$/m);
  assert.match(
    out,
    /^problem .*manifest\.json says that the cache is not complete; run precompute/m,
  );
  await Deno.remove(folder, { recursive: true });
});
