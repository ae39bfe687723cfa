/**
 * `precompute` and `train` as a user runs them: flags, a shared configuration, Ctrl-C, another try.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { openBackend } from "../../lib/backend/open_backend.ts";
import { readSafetensors } from "../../lib/weights/safetensors.ts";
import { testWith } from "../support/permissions.ts";
import { taskCommand } from "../support/task_process.ts";
import { makeTinyPipeline, type TinyPipeline } from "../support/tiny_pipeline.ts";

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

async function run(task: string, flags: readonly string[]) {
  const { code, stdout, stderr } = await taskCommand(task, flags).output();
  return { code, out: text(stdout), err: text(stderr) };
}

/** A pipeline and the configuration file that all of its tasks share. */
async function pipelineWithConfig(): Promise<TinyPipeline & { config: string }> {
  await openBackend("wasm");
  const pipeline = await makeTinyPipeline();
  const { source, datasetPath, rolloutDir, runDir } = pipeline.options;
  const config = join(pipeline.root, "config.json");
  const options = {
    teacherModel: source.model,
    studentModel: source.model,
    discardRatio: 0,
    shardSize: 4,
    batchSize: 4,
    downsamplingFactor: 4,
    ftEpochs: 2,
    holdout: 0,
    backend: "wasm",
    ...{ datasetPath, rolloutDir, runDir },
  };
  await Deno.writeTextFile(config, JSON.stringify(options));
  return { ...pipeline, config };
}

testWith(
  ["read", "write", "run", "env"],
  "tasks go from photos to a student by one configuration",
  async () => {
    const { root, config, options } = await pipelineWithConfig();
    const again = await run("precompute", [`--config=${config}`, "--json"]);
    assert.equal(again.code, 0, again.err);
    assert.equal(JSON.parse(again.out).maps, 10);

    const other = await run("precompute", [`--config=${config}`, "--discard-ratio=0.5"]);
    assert.equal(other.code, 1);
    assert.match(other.err, /discard ratio: 0 in the cache, 0\.5 asked/);

    const trained = await run("train", [`--config=${config}`, "--json"]);
    assert.equal(trained.code, 0, trained.err);
    const { complete, steps, checkpoint } = JSON.parse(trained.out);
    assert.deepEqual([complete, steps], [true, 9]);
    assert(checkpoint.startsWith(options.runDir), checkpoint);

    const refused = await run("train", [`--config=${config}`]);
    assert.equal(refused.code, 2);
    assert.match(refused.err, /holds a run already/);
    await Deno.remove(root, { recursive: true });
  },
);

testWith(
  ["read", "write", "run", "env"],
  "train saves on Ctrl-C, and --resume ends at the same weights",
  async () => {
    const { root, config } = await pipelineWithConfig();
    const flags = [`--config=${config}`, "--ft-epochs=40", "--json"];
    const whole = await run("train", [...flags, `--run-dir=${join(root, "whole")}`]);
    assert.equal(whole.code, 0, whole.err);

    const broken = [...flags, `--run-dir=${join(root, "broken")}`];
    const training = taskCommand("train", broken).spawn();
    const firstCheckpoint = join(root, "broken", "checkpoints", "state.safetensors");
    while (!await Deno.stat(firstCheckpoint).catch(() => undefined)) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    training.kill("SIGINT");
    const { code, stdout } = await training.output();
    assert.equal(code, 130);
    const interrupted = JSON.parse(text(stdout));
    assert.equal(interrupted.complete, false);

    const resumed = await run("train", [...broken, "--resume"]);
    assert.equal(resumed.code, 0, resumed.err);
    const [expected, actual] = await Promise.all(
      [whole, resumed].map(async ({ out }) =>
        (await readSafetensors(JSON.parse(out).checkpoint)).tensors
      ),
    );
    assert.deepEqual(actual, expected);
    await Deno.remove(root, { recursive: true });
  },
);
