/**
 * What happens to a cache when its disk or its folder fails under the work.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { openBackend } from "../../lib/backend/open_backend.ts";
import { namesIn } from "../../lib/files/if_present.ts";
import {
  type CompletePrecomputeOptions,
  precomputeDataset,
} from "../../lib/precompute/precompute_dataset.ts";
import { filesOf } from "../cache/cache_support.ts";
import { testWithFiles } from "../support/permissions.ts";
import { smallDisk, testOnSmallDisk } from "../support/small_disk.ts";
import { makeTinyPipeline } from "../support/tiny_pipeline.ts";

/** A data set and what to precompute of it, for one test. */
async function withDataset(
  body: (options: CompletePrecomputeOptions, root: string) => Promise<void>,
): Promise<void> {
  await openBackend("wasm");
  const { root, options: { source, datasetPath } } = await makeTinyPipeline();
  try {
    await body({
      source,
      rollout: { mode: "paper", headFusion: "mean", discardRatio: 0 },
      ...{ datasetPath, rolloutDir: join(root, "cache"), shardSize: 4, batchSize: 4, workers: 1 },
      modelWorkers: 1,
      cacheImages: true,
      views: { perPhoto: 2, seed: 1 },
    }, root);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

testOnSmallDisk(
  "precompute on a full disk names the file, keeps whole shards, and goes on when there is room",
  async () =>
    await withDataset(async (options) => {
      await precomputeDataset(options);
      const expected = await filesOf(options.rolloutDir);
      const failed = new Set<string>();
      for (let pages = 0;; pages++) {
        await using disk = await smallDisk();
        const rolloutDir = join(disk.path, "cache");
        await disk.leave(pages * 4096);
        const error: Error | undefined = await precomputeDataset({ ...options, rolloutDir })
          .then(() => undefined, (error) => error);
        if (!error) break;
        const [, file] =
          /^Cannot write .*\/cache\/(.+): the disk is full, expected room for(?: \d+ bytes| it); free some, .+ stays$/
            .exec(error.message) ?? [];
        assert(file, error.message);
        failed.add(file.replace(/-.*/, ""));
        const names = await namesIn(rolloutDir);
        assert(!names.some((name) => name.startsWith(".")), `${names} hold a temporary file`);
        for (const name of names.filter((name) => name.endsWith(".safetensors"))) {
          const bytes = await Deno.readFile(join(rolloutDir, name));
          assert.deepEqual(bytes, await Deno.readFile(join(options.rolloutDir, name)), name);
        }
        await disk.empty();
        await precomputeDataset({ ...options, rolloutDir });
        assert.deepEqual(await filesOf(rolloutDir), expected, `with room for ${pages} pages`);
      }
      assert.deepEqual([...failed].sort(), [
        ...["images", "index.jsonl", "manifest.json", "rollouts", "views"],
      ]);
    }),
);

testOnSmallDisk(
  "precompute into a read-only folder fails before the teacher is looked for",
  async () =>
    await withDataset(async (options) => {
      await using disk = await smallDisk();
      await disk.makeReadOnly();
      const source = { ...options.source, model: "local-dir:/nowhere" };
      for (const rolloutDir of [disk.path, join(disk.path, "new")]) {
        await assert.rejects(precomputeDataset({ ...options, source, rolloutDir }), {
          message: `Cannot write ${rolloutDir}: the file system is read-only, expected to write; ` +
            "remount it, or name another folder",
        });
      }
    }),
);

testWithFiles(
  "precompute stops when its cache is removed, leaves nothing there, and makes it anew",
  async () =>
    await withDataset(async (options) => {
      await precomputeDataset(options);
      const expected = await filesOf(options.rolloutDir);
      await Deno.remove(options.rolloutDir, { recursive: true });
      for (const progress of ["onProgress", "onViewProgress"] as const) {
        const removing = precomputeDataset({
          ...options,
          [progress]: ({ done }: { done: number }) => {
            if (done === 8) Deno.removeSync(options.rolloutDir, { recursive: true });
          },
        });
        await assert.rejects(removing, /manifest\.json is gone, expected the cache to stay while/);
        await assert.rejects(Deno.stat(options.rolloutDir), Deno.errors.NotFound);
      }
      await precomputeDataset(options);
      assert.deepEqual(await filesOf(options.rolloutDir), expected);
    }),
);

testWithFiles(
  "precompute stops when its cache is moved, and goes on when that is put back",
  async () =>
    await withDataset(async (options, root) => {
      await precomputeDataset(options);
      const expected = await filesOf(options.rolloutDir);
      const away = join(root, "away");
      const moving = precomputeDataset({
        ...options,
        overwrite: true,
        onProgress: ({ done }) => {
          if (done === 8) Deno.renameSync(options.rolloutDir, away);
        },
      });
      await assert.rejects(moving, /put it back to go on/);
      await Deno.rename(away, options.rolloutDir);
      await precomputeDataset(options);
      assert.deepEqual(await filesOf(options.rolloutDir), expected);
    }),
);

testWithFiles(
  "precompute skips a photo that is removed after it was listed, or fails as for bad photos",
  async () =>
    await withDataset(async (options) => {
      const removeLast = () => {
        Deno.removeSync(join(options.datasetPath, "scene-00009.png"));
      };
      const kept = await Deno.readFile(join(options.datasetPath, "scene-00009.png"));
      const manifest = await precomputeDataset({
        ...options,
        batchSize: 1,
        views: undefined,
        onTeacher: removeLast,
      });
      assert.deepEqual(manifest.skipped.map(({ path }) => path), ["scene-00009.png"]);
      assert.match(manifest.skipped[0].reason, /No such file/);
      await Deno.writeFile(join(options.datasetPath, "scene-00009.png"), kept);
      const strict = { ...options, overwrite: true, onBadImage: "fail" } as const;
      await assert.rejects(
        precomputeDataset({ ...strict, onTeacher: removeLast }),
        /scene-00009\.png is a bad photo \(.*No such file/,
      );
    }),
);

testWithFiles(
  "precompute stops when the photos are taken away in the middle, and goes on when they are back",
  async () =>
    await withDataset(async (options, root) => {
      await precomputeDataset(options);
      const expected = await filesOf(options.rolloutDir);
      const away = join(root, "away");
      for (const remains of ["nothing", "an empty folder"]) {
        const taken = precomputeDataset({
          ...options,
          overwrite: true,
          batchSize: 1,
          onTeacher: () => {
            Deno.renameSync(options.datasetPath, away);
            if (remains === "an empty folder") Deno.mkdirSync(options.datasetPath);
          },
        });
        await assert.rejects(taken, /the photos in .*images are gone .*bring them back/, remains);
        if (remains !== "nothing") await Deno.remove(options.datasetPath);
        await Deno.rename(away, options.datasetPath);
        await precomputeDataset(options);
        assert.deepEqual(await filesOf(options.rolloutDir), expected);
      }
    }),
);
