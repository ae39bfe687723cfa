/**
 * A GPU that is lost in the middle of work: nothing wrong is kept, and the next run goes on.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openBackend } from "../../../lib/backend/open_backend.ts";
import { readSafetensors } from "../../../lib/weights/safetensors.ts";
import { backendObstacle } from "../../support/backends.ts";
import { obstacleTo } from "../../support/permissions.ts";
import { makeTinyPipeline } from "../../support/tiny_pipeline.ts";
import type { LosingWork } from "./losing_work.ts";

const obstacle = obstacleTo(["read", "write", "run", "env"]) ?? backendObstacle("webgpu");
const lost =
  /^Cannot compute on the GPU: it was lost \(.+\), expected it to stay; run the same command again, .+ stays$/;

function testOnGpu(name: string, fn: () => Promise<void>): void {
  const ignore = obstacle !== undefined;
  Deno.test({ name: ignore ? `${name} — skipped: ${obstacle}` : name, ignore, fn });
}

async function run(work: LosingWork): Promise<string> {
  const script = fileURLToPath(new URL("./losing_work.ts", import.meta.url));
  const { stdout, stderr, code } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", script, JSON.stringify(work)],
  }).output();
  assert.equal(code, 0, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout).trim();
}

async function filesIn(folder: string): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for await (const { name } of Deno.readDir(folder)) {
    files.set(name, (await Deno.readFile(join(folder, name))).toHex());
  }
  return files;
}

testOnGpu(
  "a GPU lost in precompute is named; whole shards stay, and the rest is the same",
  async () => {
    await openBackend("wasm");
    const { root, options: { source, datasetPath } } = await makeTinyPipeline();
    const [whole, broken] = ["whole", "broken"].map((name) => join(root, name));
    const precompute = {
      source,
      rollout: { mode: "paper", headFusion: "mean", discardRatio: 0 },
      ...{ datasetPath, shardSize: 4, batchSize: 2, workers: 1 },
    } as const;
    assert.equal(await run({ precompute: { ...precompute, rolloutDir: whole } }), "done");
    const expected = await filesIn(whole);

    const again = { ...precompute, rolloutDir: broken };
    assert.match(await run({ precompute: again, loseAfter: 6 }), lost);
    const shards = [...await filesIn(broken)].filter(([name]) => name.startsWith("rollouts-"));
    assert.equal(shards.length, 1);
    for (const [name, bytes] of shards) assert.equal(bytes, expected.get(name), name);
    assert.equal(await run({ precompute: again }), "done");
    assert.deepEqual(await filesIn(broken), expected);
    await Deno.remove(root, { recursive: true });
  },
);

testOnGpu("a GPU lost in train is named; the run goes on to the same weights", async () => {
  await openBackend("wasm");
  const { root, options } = await makeTinyPipeline();
  const [whole, broken] = ["whole", "broken"].map((name) => join(root, name));
  assert.equal(await run({ train: { ...options, runDir: whole } }), "done");
  const again = { ...options, runDir: broken, saveEvery: 0 };
  assert.match(await run({ train: again, loseAfter: 5 }), lost);
  assert.equal(await run({ train: { ...again, resume: true } }), "done");
  const name = "checkpoints/student-vit_tiny_patch16_224-epoch2-ft.safetensors";
  assert.deepEqual(
    (await readSafetensors(join(broken, name))).tensors,
    (await readSafetensors(join(whole, name))).tensors,
  );
  await Deno.remove(root, { recursive: true });
});
