import assert from "node:assert/strict";
import { join } from "node:path";
import { lockRun } from "../../lib/run/lock_run.ts";
import { RunFolder } from "../../lib/run/run_folder.ts";
import { trainStudent } from "../../lib/train/train_student.ts";
import { openBackend } from "../../lib/backend/open_backend.ts";
import { testInFolder } from "../support/temporary_folder.ts";
import { testWith } from "../support/permissions.ts";
import { filesOf } from "../cache/cache_support.ts";
import { makeTinyPipeline } from "../support/tiny_pipeline.ts";

testInFolder("lockRun() keeps a second training out until the first ends", async (folder) => {
  const run = new RunFolder(join(folder, "run"));
  {
    await using _lock = await lockRun(run);
    await assert.rejects(lockRun(run), {
      name: "Error",
      message:
        `Cannot train in ${run.path}: another process trains there; wait until it ends, or name ` +
        "another --run-dir",
    });
    await using _other = await lockRun(new RunFolder(join(folder, "other")));
  }
  await using _again = await lockRun(run);
});

testWith(
  ["read", "write", "env"],
  "trainStudent() touches nothing where another process trains",
  async () => {
    await openBackend("wasm");
    const { root, options } = await makeTinyPipeline();
    const run = new RunFolder(options.runDir);
    {
      await using _lock = await lockRun(run);
      for (const again of [{ resume: true }, { overwrite: true }]) {
        await assert.rejects(
          trainStudent({ ...options, ...again }),
          /another process trains there/,
        );
      }
      assert.deepEqual(Object.keys(await filesOf(run.path)), [".train.lock"]);
    }
    await assert.rejects(Deno.stat(run.path), Deno.errors.NotFound);
    await Deno.remove(root, { recursive: true });
  },
);
