/**
 * `deno task precompute --repair` as a user runs it.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { openBackend } from "../../lib/backend/open_backend.ts";
import { filesOf, flipLastBit } from "../cache/cache_support.ts";
import { testWith } from "../support/permissions.ts";
import { runTaskProcess } from "../support/task_process.ts";
import { makeTinyPipeline } from "../support/tiny_pipeline.ts";

testWith(["read", "write", "run"], "precompute --repair says what it makes anew", async () => {
  await openBackend("wasm");
  const { root, options: { source, datasetPath, rolloutDir } } = await makeTinyPipeline({
    cacheImages: true,
  });
  const whole = await filesOf(rolloutDir);
  const repair = (...more: string[]) =>
    runTaskProcess("precompute", [
      `--dataset-path=${datasetPath}`,
      `--rollout-dir=${rolloutDir}`,
      ...["--shard-size=4", "--batch-size=4", "--discard-ratio=0", "--repair"],
      `--teacher-model=${source.model}`,
      ...more,
    ]);
  const pixels = "images-00001-of-00003.safetensors";
  await flipLastBit(join(rolloutDir, pixels));
  const ofPixels = await repair();
  assert.equal(ofPixels.code, 0, ofPixels.err);
  assert.match(ofPixels.err, new RegExp(`^repairs ${pixels}, which cannot be read: .*CRC-32`, "m"));
  assert(!/backend|teacher/.test(ofPixels.err), `no teacher is loaded: ${ofPixels.err}`);
  assert(ofPixels.out.startsWith(`repaired under ${rolloutDir}: ${pixels}\n`), ofPixels.out);
  assert.deepEqual(await filesOf(rolloutDir), whole);

  const maps = "rollouts-00002-of-00003.safetensors";
  await Deno.remove(join(rolloutDir, maps));
  const ofMaps = await repair("--json");
  assert.match(ofMaps.err, /^teacher local-dir:/m);
  const { repaired, maps: count } = JSON.parse(ofMaps.out);
  assert.deepEqual([repaired, count], [[{ file: maps, fault: "is missing" }], 10]);
  assert.deepEqual(await filesOf(rolloutDir), whole);
  const again = await repair();
  assert(again.out.startsWith(`nothing to repair under ${rolloutDir}\n`), again.out);
  assert.deepEqual(await filesOf(rolloutDir), whole);

  for (const flag of ["--overwrite", "--merge", "--shard-index=0"]) {
    const { code, err } = await repair(flag, "--shard-count=2");
    assert.equal(code, 2, err);
    assert.match(err, /^error: --repair does not go with /m);
  }
  await Deno.remove(root, { recursive: true });
});
