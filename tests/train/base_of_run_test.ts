import assert from "node:assert/strict";
import { openBackend } from "../../lib/backend/open_backend.ts";
import { RunFolder } from "../../lib/run/run_folder.ts";
import { baseOfRun } from "../../lib/train/base_of_run.ts";
import { trainStudent } from "../../lib/train/train_student.ts";
import { testBesideHub } from "../model/model_hub.ts";
import { testInFolder } from "../support/temporary_folder.ts";
import { makeTinyPipeline, repositoryOf } from "../support/tiny_pipeline.ts";
import { commitOf } from "../weights/hub/hub_server.ts";

const studentCommit = "c".repeat(40);
const model = "hf-hub:someone/tiny";

testInFolder("baseOfRun() pins the base to the run's commit", async (folder) => {
  const run = new RunFolder(folder);
  const baseAfter = async (config: unknown) => {
    await Deno.writeTextFile(run.configFile, JSON.stringify(config));
    return (await baseOfRun(run, { model })).model;
  };
  assert.equal((await baseOfRun(run, { model })).model, model);
  assert.equal(
    await baseAfter({ studentModel: model, studentCommit }),
    `${model}@${studentCommit}`,
  );
  for (const studentModel of [`${model}@v1`, "hf-hub:someone/else"]) {
    assert.equal(await baseAfter({ studentModel, studentCommit }), model);
  }
  for (const config of [{ studentModel: model }, { studentModel: model, studentCommit: "x" }, 7]) {
    assert.equal(await baseAfter(config), model);
  }
});

testBesideHub(
  "trainStudent() notes the commit of its base, and resumes from it after the branch has moved",
  {},
  async ({ hub }) => {
    await openBackend("wasm");
    const { root, options } = await makeTinyPipeline();
    const files = await repositoryOf(root);
    hub.behaviour.repositories = { "someone/tiny": files };
    const stop = new AbortController();
    const run = { ...options, source: { model } };
    const stopped = await trainStudent({
      ...run,
      signal: stop.signal,
      onProgress: () => stop.abort(),
    });
    assert.equal(stopped.complete, false);
    const { configFile } = new RunFolder(options.runDir);
    const config = JSON.parse(await Deno.readTextFile(configFile));
    assert.deepEqual([config.studentModel, config.studentCommit], [model, commitOf(files)]);

    hub.behaviour.repositories = { "someone/tiny": { ...files, "config.json": "{}" } };
    const resumed = await trainStudent({ ...run, resume: true });
    assert(resumed.complete);
    await Deno.remove(root, { recursive: true });
  },
);
