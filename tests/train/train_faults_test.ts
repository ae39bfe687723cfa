/**
 * What happens to a run when its disk fails, or a photo goes, under the training.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { openBackend } from "../../lib/backend/open_backend.ts";
import { namesIn } from "../../lib/files/if_present.ts";
import { RunFolder } from "../../lib/run/run_folder.ts";
import { trainStudent, type TrainStudentOptions } from "../../lib/train/train_student.ts";
import { filesOf } from "../cache/cache_support.ts";
import { testWithFiles } from "../support/permissions.ts";
import { smallDisk, testOnSmallDisk } from "../support/small_disk.ts";
import { makeTinyPipeline } from "../support/tiny_pipeline.ts";

async function withPipeline(body: (options: TrainStudentOptions) => Promise<void>) {
  await openBackend("wasm");
  const { root, options } = await makeTinyPipeline();
  try {
    await body({ ...options, modelWorkers: 1 });
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

testOnSmallDisk(
  "train on a full disk names the file, keeps what was saved, and goes on when there is room",
  async () =>
    await withPipeline(async (options) => {
      await trainStudent(options);
      const expected = await filesOf(new RunFolder(options.runDir).checkpointFolder);
      const failed = new Set<string>();
      for (let free = 0;; free += free < 12 * 1024 ? 4096 : 160 * 1024) {
        await using disk = await smallDisk();
        const run = new RunFolder(join(disk.path, "run"));
        const there = { ...options, runDir: run.path };
        await disk.leave(free);
        const error: Error | undefined = await trainStudent(there)
          .then(() => undefined, (error) => error);
        if (!error) break;
        const [, file] =
          /^Cannot write .*\/run\/(.+): the disk is full, expected room for \d+ bytes; free some, .+ stays$/
            .exec(error.message) ?? [];
        assert(file, error.message);
        failed.add(file.replace(/-.*/, ""));
        const names = [...await namesIn(run.path), ...await namesIn(run.checkpointFolder)];
        assert(!names.some((name) => name.startsWith(".")), `${names} hold a temporary file`);
        await disk.empty();
        await trainStudent({ ...there, resume: true });
        assert.deepEqual(await filesOf(run.checkpointFolder), expected, `with ${free} bytes`);
      }
      for (const file of ["config.json", "checkpoints/state.safetensors", "checkpoints/student"]) {
        assert(failed.has(file), `${[...failed]} lack ${file}`);
      }
    }),
);

testOnSmallDisk(
  "train into a read-only folder fails before the student is looked for",
  async () =>
    await withPipeline(async (options) => {
      await using disk = await smallDisk();
      await disk.makeReadOnly();
      const source = { ...options.source, model: "local-dir:/nowhere" };
      await assert.rejects(trainStudent({ ...options, source, runDir: join(disk.path, "run") }), {
        message:
          `Cannot write ${disk.path}/run: the file system is read-only, expected to write; ` +
          "remount it, or name another folder",
      });
    }),
);

testWithFiles(
  "train names a photo that is removed meanwhile, and goes on with it",
  async () =>
    await withPipeline(async (options) => {
      const whole = await trainStudent(options);
      const runDir = join(options.runDir, "..", "broken");
      const photo = join(options.datasetPath, "scene-00003.png");
      const remove = ({ step }: { step: number }) => {
        if (step === 2) Deno.renameSync(photo, `${photo}.away`);
      };
      const broken = { ...options, runDir, pixelCacheMb: 0, saveEvery: 0 };
      await assert.rejects(trainStudent({ ...broken, onProgress: remove }), {
        message:
          `Cannot load photo: ${photo} is gone, expected the file that the cache's map was made ` +
          "of; put it back, or make a cache of the photos that are left with precompute --overwrite",
      });
      await Deno.rename(`${photo}.away`, photo);
      const rest = await trainStudent({ ...broken, resume: true });
      assert.deepEqual(
        await Deno.readFile(rest.checkpoint!),
        await Deno.readFile(whole.checkpoint!),
      );
    }),
);

testWithFiles(
  "train refuses a photo whose file was replaced since its map was made, and one that was cut off",
  async () =>
    await withPipeline(async (options) => {
      const photo = join(options.datasetPath, "scene-00003.png");
      const whole = await Deno.readFile(photo);
      const other = await Deno.readFile(join(options.datasetPath, "scene-00004.png"));
      for (const bytes of [other, whole.subarray(0, 100), new Uint8Array()]) {
        await Deno.writeFile(photo, bytes);
        await assert.rejects(trainStudent({ ...options, overwrite: true }), {
          message:
            `Cannot load photo: ${photo} has changed since the cache's map of it was made, ` +
            "expected the same file; put that back, or make its map anew with precompute --repair",
        });
      }
      await Deno.writeFile(photo, whole);
      assert((await trainStudent({ ...options, overwrite: true })).checkpoint);
    }),
);

testWithFiles("train on the cache's pixels asks for no photo", async () => {
  const { root, options } = await makeTinyPipeline({ cacheImages: true });
  await Deno.writeTextFile(join(options.datasetPath, "scene-00003.png"), "no photo");
  await Deno.remove(join(options.datasetPath, "scene-00004.png"));
  assert((await trainStudent({ ...options, modelWorkers: 1 })).checkpoint);
  await Deno.remove(root, { recursive: true });
});
