import assert from "node:assert/strict";
import { join } from "node:path";
import { readManifest } from "../../lib/cache/manifest.ts";
import { RolloutCache } from "../../lib/cache/rollout_cache.ts";
import { ViewCache } from "../../lib/cache/view_cache.ts";
import { writeScenes } from "../../lib/dataset/scene_folder.ts";
import { drawView, paintAugmented } from "../../lib/dataset/view.ts";
import { decodeImage } from "../../lib/image/decode.ts";
import { preprocessImage } from "../../lib/image/preprocess.ts";
import type { RgbImage } from "../../lib/image/rgb_image.ts";
import { precompute } from "../../lib/precompute/precompute.ts";
import { precomputeViews } from "../../lib/precompute/precompute_views.ts";
import type { Teacher } from "../../lib/teacher/teacher.ts";
import { filesOf, settings as cacheSettings } from "../cache/cache_support.ts";
import { testInFolder } from "../support/temporary_folder.ts";

const settings = { ...cacheSettings, shardSize: 3 };
const views = { perPhoto: 2, seed: 3 };

/** A map that tells which pixels it was made of: sums with six different weights. */
function mapOf({ data }: RgbImage): number[] {
  const sums = new Array<number>(6).fill(0);
  data.forEach((value, place) => sums[place % 6] += value * (place % 1009));
  return sums.map((sum) => Math.fround(sum / 1e6));
}

const teacher: Teacher = {
  preprocessing: settings.preprocessing,
  grid: settings.grid,
  maps: (images) => Promise.resolve(Float32Array.from(images.flatMap(mapOf))),
};

/** Seven photos, a plain cache of them, and the options to add views. */
async function makeCache(folder: string, { cacheImages = false } = {}) {
  const datasetPath = join(folder, "photos");
  await writeScenes(datasetPath, { count: 7, seed: 1 });
  const rolloutDir = join(folder, "rollouts");
  const options = { datasetPath, rolloutDir, teacher, batchSize: 2, workers: 1 };
  await precompute({ ...options, settings, cacheImages });
  return { ...options, views };
}

testInFolder("precomputeViews() maps what the recorded augmentations paint", async (folder) => {
  const options = await makeCache(folder);
  const done: number[] = [];
  const manifest = await precomputeViews({ ...options, onProgress: (at) => done.push(at.done) });
  assert.deepEqual(done, [0, 2, 3, 5, 6, 7]);
  const { shards, ...recorded } = manifest.views!;
  assert.deepEqual(recorded, { ...views, generatorVersion: 1 });
  assert.deepEqual(shards.map(({ rows }) => rows), [3, 3, 1]);
  using cache = await RolloutCache.open(options.rolloutDir);
  const replayed = await ViewCache.open(cache);
  for (const path of cache.paths) {
    const file = await Deno.readFile(join(options.datasetPath, path));
    const photo = preprocessImage(await decodeImage(file), settings.preprocessing);
    for (const view of [0, 1]) {
      const augmentation = drawView({ seed: 3, path, view }, photo);
      const { augmentation: written, map } = await replayed.read(path, view);
      assert.deepEqual(written, augmentation);
      assert.deepEqual([...map], mapOf(paintAugmented(photo, augmentation)));
    }
  }
});

testInFolder("precomputeViews() leaves the same files wherever it was stopped", async (folder) => {
  const whole = await makeCache(join(folder, "whole"));
  await precomputeViews(whole);
  const expected = await filesOf(whole.rolloutDir);
  for (const limit of [1, 3, 5, 7]) {
    const options = await makeCache(join(folder, `stopped-${limit}`));
    const stop = new AbortController();
    let calls = 0;
    const stopping: Teacher = {
      ...teacher,
      maps: (images) => {
        if (++calls === limit) stop.abort();
        return teacher.maps(images);
      },
    };
    await assert.rejects(
      precomputeViews({ ...options, teacher: stopping, signal: stop.signal }),
      { name: "AbortError" },
    );
    assert.equal((await readManifest(options.rolloutDir))?.views, undefined);
    await precomputeViews(options);
    assert.deepEqual(await filesOf(options.rolloutDir), expected, `after ${limit}`);
    let again = 0;
    const counting = { ...teacher, maps: () => Promise.reject(new Error(`asked ${++again}`)) };
    await precomputeViews({ ...options, teacher: counting });
    assert.equal(again, 0, "nothing is mapped twice");
  }
});

testInFolder("precomputeViews() takes the cache's pixels where it holds them", async (folder) => {
  const options = await makeCache(folder, { cacheImages: true });
  await Deno.remove(options.datasetPath, { recursive: true });
  const { views: recorded, images } = await precomputeViews(options);
  assert.equal(recorded?.shards.length, 3);
  assert.equal(images?.length, 3, "pixels stay listed");
});

testInFolder(
  "precomputeViews() refuses other views, and photos that have changed or are gone",
  async (folder) => {
    const options = await makeCache(folder);
    await precomputeViews(options);
    await assert.rejects(precomputeViews({ ...options, views: { ...views, seed: 4 } }), {
      message: /it holds others \(seed \(--seed\): 3 in the cache, 4 asked\)/,
    });
    await Deno.remove(join(options.rolloutDir, "views-00001-of-00003.safetensors"));
    using cache = await RolloutCache.open(options.rolloutDir);
    const photo = join(options.datasetPath, cache.paths[4]);
    await Deno.writeFile(photo, Uint8Array.of(0), { append: true });
    await assert.rejects(precomputeViews(options), {
      message: /^Cannot load photo: .*scene-0.* has changed since .*precompute --repair$/,
    });
    await Deno.remove(photo);
    await assert.rejects(precomputeViews(options), {
      message: /^Cannot load photo: .*scene-0.* is gone, .*--overwrite$/,
    });
  },
);
