import assert from "node:assert/strict";
import { join } from "node:path";
import { openBackend } from "../../lib/backend/open_backend.ts";
import { Random } from "../../lib/random/random.ts";
import { RunFolder } from "../../lib/run/run_folder.ts";
import { trainStudent } from "../../lib/train/train_student.ts";
import { verifyCheckpoint } from "../../lib/train/verify_checkpoint.ts";
import { testWithFiles } from "../support/permissions.ts";
import { makeTinyPipeline } from "../support/tiny_pipeline.ts";

testWithFiles("verifyCheckpoint() finds a flipped bit in a student and in a state", async () => {
  await openBackend("wasm");
  const { root, options } = await makeTinyPipeline();
  const stop = new AbortController();
  await trainStudent({ ...options, signal: stop.signal, onCheckpoint: () => stop.abort() });
  const run = new RunFolder(options.runDir);
  const checkpoints = await run.checkpoints();
  assert(checkpoints.includes(run.stateFile) && checkpoints.length > 1, `${checkpoints}`);
  const random = Random.from("checkpoints");
  for (const file of checkpoints) {
    await verifyCheckpoint(file);
    const bytes = await Deno.readFile(file);
    for (let flip = 0; flip < 20; flip++) {
      const damaged = bytes.slice();
      damaged[random.integer(0, bytes.length)] ^= 1 << random.integer(0, 8);
      await Deno.writeFile(file, damaged);
      await assert.rejects(verifyCheckpoint(file), (error: Error) => error.message.includes(file));
    }
  }
  const nothing = join(root, "state.safetensors");
  await assert.rejects(verifyCheckpoint(nothing), { name: "NotFound" });
  await Deno.remove(root, { recursive: true });
});
