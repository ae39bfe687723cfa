import assert from "node:assert/strict";
import { join } from "node:path";
import { RolloutCache } from "../../lib/cache/rollout_cache.ts";
import { PhotoSource } from "../../lib/dataset/photo_source.ts";
import { decodeImage } from "../../lib/image/decode.ts";
import { preprocessImage, type Preprocessing } from "../../lib/image/preprocess.ts";
import { paths, pixelsOf, settings, writeCache } from "../cache/cache_support.ts";
import { readFixture } from "../support/fixtures.ts";
import { testInFolder } from "../support/temporary_folder.ts";

const { preprocessing } = settings;
const [path] = paths;

/**
 * A cache whose pixels are not those of the one photo that there is, to tell them apart; it has that photo's
 * checksum.
 */
async function openSource(
  folder: string,
  { cacheImages = true, changes = {}, damage = () => Promise.resolve() }: {
    cacheImages?: boolean;
    changes?: Partial<Preprocessing>;
    damage?: () => Promise<void>;
  } = {},
) {
  await writeCache(join(folder, "rollouts"), { cacheImages });
  await Deno.mkdir(join(folder, "photos"));
  await Deno.writeFile(join(folder, "photos", path), readFixture("image.0.png"));
  await damage();
  const cache = await RolloutCache.open(join(folder, "rollouts"));
  return await PhotoSource.open({
    cache,
    datasetPath: join(folder, "photos"),
    preprocessing: { ...preprocessing, ...changes },
    workers: 1,
  });
}

async function decoded(changes: Partial<Preprocessing> = {}) {
  const photo = await decodeImage(readFixture("image.0.png"));
  return preprocessImage(photo, { ...preprocessing, ...changes });
}

testInFolder("PhotoSource reads pixels from the cache, without the photos", async (folder) => {
  using source = await openSource(folder);
  assert.equal(source.note, "reading pixels from the cache");
  assert.deepEqual((await source.load(path)).data, pixelsOf(path));
  assert.deepEqual((await source.load(paths[2])).data, pixelsOf(paths[2]));
});

testInFolder("PhotoSource decodes what the cache does not know, and any file", async (folder) => {
  using source = await openSource(folder);
  await Deno.copyFile(join(folder, "photos", path), join(folder, "photos", "new.png"));
  assert.deepEqual(await source.load("new.png"), await decoded());
  assert.deepEqual(await source.decode(join(folder, "photos", path)), await decoded());
});

testInFolder("PhotoSource decodes without a word when there are no pixels", async (folder) => {
  using source = await openSource(folder, { cacheImages: false });
  assert.equal(source.note, undefined);
  assert.deepEqual(await source.load(path), await decoded());
});

testInFolder(
  "PhotoSource decodes photos that are wanted otherwise, and says so",
  async (folder) => {
    const changes = { imageSize: [24, 24], cropPct: 1 } as const;
    using source = await openSource(folder, { changes });
    assert.equal(
      source.note,
      "decoding photos, for the cache's pixels do not serve (they were prepared otherwise: " +
        "image size (height, width): 32, 48 in the cache, 24, 24 asked; " +
        "crop percentage: 0.9 in the cache, 1 asked)",
    );
    assert.deepEqual(await source.load(path), await decoded(changes));
  },
);

testInFolder(
  "PhotoSource decodes photos when a file of pixels is gone, and says so",
  async (folder) => {
    const name = "images-00002-of-00003.safetensors";
    using source = await openSource(folder, {
      damage: () => Deno.remove(join(folder, "rollouts", name)),
    });
    assert.match(source.note!, /^decoding photos, .*images-00002-of-00003.safetensors is missing/);
    assert.deepEqual(await source.load(path), await decoded());
  },
);

testInFolder("PhotoSource tells a photo that has changed or is gone", async (folder) => {
  using source = await openSource(folder, { cacheImages: false });
  const file = join(folder, "photos", path);
  const whole = await Deno.readFile(file);
  const isChanged = {
    message:
      `Cannot load photo: ${file} has changed since the cache's map of it was made, expected ` +
      "the same file; put that back, or make its map anew with precompute --repair",
  };
  await Deno.writeFile(file, Uint8Array.of(0), { append: true });
  assert.deepEqual(await source.decode(file), await decoded()); // the picture is the same, the file is not
  await assert.rejects(source.load(path), isChanged);
  await Deno.writeFile(file, whole.subarray(0, 50));
  await assert.rejects(source.load(path), isChanged);
  await Deno.remove(file);
  await assert.rejects(source.load(path), {
    message:
      `Cannot load photo: ${file} is gone, expected the file that the cache's map was made of; ` +
      "put it back, or make a cache of the photos that are left with precompute --overwrite",
  });
  await Deno.mkdir(file);
  await assert.rejects(source.load(path), { message: /it is a folder, expected a regular file/ });
  await Deno.remove(file);
  await Deno.writeFile(file, whole);
  assert.deepEqual(await source.load(path), await decoded());
});

testInFolder("PhotoSource does not look at photos whose pixels are cached", async (folder) => {
  using source = await openSource(folder);
  await Deno.writeTextFile(join(folder, "photos", path), "no photo");
  assert.deepEqual((await source.load(path)).data, pixelsOf(path));
});

testInFolder(
  "PhotoSource says what the decoder does of a photo that is as it was",
  async (folder) => {
    using _ = await openSource(folder, { cacheImages: false });
    using cache = await RolloutCache.open(join(folder, "rollouts"));
    const options = { cache, datasetPath: join(folder, "photos"), preprocessing, workers: 1 };
    using strict = await PhotoSource.open({ ...options, maxPixels: 10 });
    await assert.rejects(strict.load(path), { name: "RangeError", message: /A\.jpg .* pixels/ });
  },
);

testInFolder("PhotoSource that is closed says so, not that a photo has changed", async (folder) => {
  const source = await openSource(folder, { cacheImages: false });
  const loading = source.load(path);
  source.close();
  await assert.rejects(loading, { message: /the pool for .*A\.jpg is closed/ });
});
