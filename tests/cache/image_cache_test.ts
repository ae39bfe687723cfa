import assert from "node:assert/strict";
import { join } from "node:path";
import { ImageCache, imagesObstacle } from "../../lib/cache/image_cache.ts";
import { RolloutCache } from "../../lib/cache/rollout_cache.ts";
import type { Preprocessing } from "../../lib/image/preprocess.ts";
import { readSafetensors } from "../../lib/weights/safetensors.ts";
import { badPhoto, flipLastBit, paths, pixelsOf, settings, writeCache } from "./cache_support.ts";
import { testInFolder } from "../support/temporary_folder.ts";

const shard1 = "images-00001-of-00003.safetensors";
const mapped = paths.filter((path) => path !== badPhoto.path);
const { preprocessing } = settings;

testInFolder("ImageCache gives each photo the bytes that were written for it", async (folder) => {
  await writeCache(folder, { cacheImages: true });
  using cache = await RolloutCache.open(folder);
  assert.equal(await imagesObstacle(cache, preprocessing), undefined);
  const images = new ImageCache(cache);
  const loaded = await Promise.all([...mapped, ...mapped].map((path) => images.load(path)));
  for (const [place, path] of [...mapped, ...mapped].entries()) {
    assert.deepEqual(loaded[place], { height: 32, width: 48, data: pixelsOf(path) }, path);
  }
});

testInFolder(
  "ImageCache gives pixels away: changing some does not change the cache",
  async (folder) => {
    await writeCache(folder, { cacheImages: true });
    using cache = await RolloutCache.open(folder);
    const images = new ImageCache(cache);
    (await images.load("A.jpg")).data.fill(0);
    assert.deepEqual((await images.load("A.jpg")).data, pixelsOf("A.jpg"));
  },
);

testInFolder("ImageCache has no pixels of a photo without a map", async (folder) => {
  await writeCache(folder, { cacheImages: true });
  using cache = await RolloutCache.open(folder);
  await assert.rejects(new ImageCache(cache).load(badPhoto.path), RangeError);
});

testInFolder("a shard of pixels is a safetensors file with one tensor", async (folder) => {
  await writeCache(folder, { cacheImages: true });
  const { tensors } = await readSafetensors(join(folder, shard1));
  assert.deepEqual([...tensors.keys()], ["images"]);
  const { dtype, shape, data } = tensors.get("images")!;
  assert.deepEqual([dtype, ...shape], ["U8", 2, 32, 48, 3]);
  assert.deepEqual(data, Uint8Array.of(...pixelsOf("b/b.jpg"), ...pixelsOf("ü/x y.jpg")));
});

testInFolder(
  "ImageCache names file and photo of a flipped bit, and reads the others",
  async (folder) => {
    await writeCache(folder, { cacheImages: true });
    await flipLastBit(join(folder, shard1));
    using cache = await RolloutCache.open(folder);
    const images = new ImageCache(cache);
    assert.deepEqual((await images.load("b/b.jpg")).data, pixelsOf("b/b.jpg"));
    await assert.rejects(images.load("ü/x y.jpg"), {
      name: "SyntaxError",
      message:
        /images-00001-of.* is damaged at ü\/x y\.jpg \(its CRC-32 .*run precompute --repair$/,
    });
  },
);

testInFolder("ImageCache names a file with other photos than the maps'", async (folder) => {
  await writeCache(folder, { cacheImages: true });
  await Deno.copyFile(join(folder, "images-00000-of-00003.safetensors"), join(folder, shard1));
  using cache = await RolloutCache.open(folder);
  await assert.rejects(new ImageCache(cache).load("ü/x y.jpg"), {
    name: "SyntaxError",
    message: /images-00001-of.*its photos are not those of the maps/,
  });
});

testInFolder("imagesObstacle() says that a cache holds no pixels", async (folder) => {
  await writeCache(folder);
  using cache = await RolloutCache.open(folder);
  assert.equal(await imagesObstacle(cache, preprocessing), "the cache holds none");
});

testInFolder(
  "imagesObstacle() minds how photos are prepared, but not their normalisation",
  async (folder) => {
    await writeCache(folder, { cacheImages: true });
    using cache = await RolloutCache.open(folder);
    const with_ = (changes: Partial<Preprocessing>) =>
      imagesObstacle(cache, { ...preprocessing, ...changes });
    assert.equal(await with_({ mean: [0, 0, 0], std: [1, 1, 1] }), undefined);
    assert.match((await with_({ cropPct: 1 }))!, /otherwise: crop percentage: 0\.9 .*, 1 asked$/);
    assert.match(
      (await with_({ imageSize: [48, 32] }))!,
      /image size \(height, width\): 32, 48 in/,
    );
    assert.match((await with_({ interpolation: "bilinear" }))!, /interpolation: bicubic in/);
    assert.match((await with_({ cropMode: "squash" }))!, /crop mode: center in/);
  },
);

testInFolder(
  "imagesObstacle() names a file that is missing, and refuses one cut short",
  async (folder) => {
    await writeCache(folder, { cacheImages: true });
    using cache = await RolloutCache.open(folder);
    await Deno.truncate(join(folder, shard1), 100);
    await assert.rejects(imagesObstacle(cache, preprocessing), {
      name: "SyntaxError",
      message:
        /images-00001-of.* is damaged \(it has 100 bytes, expected \d+\); run precompute --repair$/,
    });
    await Deno.remove(join(folder, shard1));
    assert.match((await imagesObstacle(cache, preprocessing))!, /images-00001-of.* is missing/);
  },
);
