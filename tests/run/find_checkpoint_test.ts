import assert from "node:assert/strict";
import { join } from "node:path";
import { findCheckpoint } from "../../lib/run/find_checkpoint.ts";
import { testWithFiles } from "../support/permissions.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";

/** A folder of two runs with empty checkpoints, `b` worked on after `a`. */
async function runs() {
  const folder = await temporaryFolder();
  for (const [name, time] of [["a", 1], ["b", 2]] as const) {
    const checkpoints = join(folder.path, name, "checkpoints");
    await Deno.mkdir(checkpoints, { recursive: true });
    for (const file of ["epoch2", "epoch10", "epoch1-ft"]) {
      await Deno.writeTextFile(join(checkpoints, `student-x-${file}.safetensors`), "");
    }
    await Deno.utime(checkpoints, time, time);
  }
  const of = (name: string) =>
    join(folder.path, name, "checkpoints", "student-x-epoch1-ft.safetensors");
  return { root: folder.path, of, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
}

testWithFiles("findCheckpoint() takes the newest checkpoint of the newest run", async () => {
  await using place = await runs();
  assert.equal(await findCheckpoint({ root: place.root }), place.of("b"));
});

testWithFiles("findCheckpoint() takes the run named, a folder before a name", async () => {
  await using place = await runs();
  const { root } = place;
  assert.equal(await findCheckpoint({ root, name: "a" }), place.of("a"));
  assert.equal(await findCheckpoint({ root, runDir: join(root, "a") }), place.of("a"));
  assert.equal(await findCheckpoint({ root, runDir: join(root, "a"), name: "b" }), place.of("a"));
});

testWithFiles("findCheckpoint() takes the checkpoint named before anything else", async () => {
  await using place = await runs();
  const checkpoint = join(place.root, "a", "checkpoints", "student-x-epoch2.safetensors");
  assert.equal(await findCheckpoint({ root: place.root, checkpoint, name: "b" }), checkpoint);
});

testWithFiles("findCheckpoint() names what is missing", async () => {
  await using place = await runs();
  const { root } = place;
  for (const checkpoint of [join(root, "none.safetensors"), join(root, "a")]) {
    await assert.rejects(findCheckpoint({ root, checkpoint }), {
      message:
        `Cannot find a student: ${checkpoint} is no file, expected a checkpoint of train's or a .pt; ` +
        "name another with --checkpoint",
    });
  }
  const checkpoints = join(root, "c", "checkpoints");
  await assert.rejects(findCheckpoint({ root, name: "c" }), (error: Error) => {
    assert(error.message.includes(`${checkpoints} holds no checkpoint`), error.message);
    return true;
  });
  await assert.rejects(findCheckpoint({ root: join(root, "none") }), {
    message: /^Cannot find a run: .*none holds none/,
  });
});
