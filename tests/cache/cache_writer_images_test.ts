import assert from "node:assert/strict";
import { join } from "node:path";
import { CacheWriter } from "../../lib/cache/cache_writer.ts";
import { readManifest } from "../../lib/cache/manifest.ts";
import { RolloutCache } from "../../lib/cache/rollout_cache.ts";
import {
  filesOf,
  flipLastBit,
  paths,
  pixelsOf,
  settings,
  writeCache,
  writeShards,
} from "./cache_support.ts";
import { testInFolder } from "../support/temporary_folder.ts";

const options = { settings, paths };
const withImages = { ...options, cacheImages: true };
const images = [0, 1, 2].map((index) => `images-0000${index}-of-00003.safetensors`);
const maps1 = "rollouts-00001-of-00003.safetensors";

/** What is missing of which shard. */
function missingOf(writer: CacheWriter): [number, string][] {
  return writer.missingShards().map(({ index, missing }) => [index, missing]);
}

/** What an uninterrupted run leaves. */
async function expectedFiles(folder: string): Promise<Record<string, string>> {
  const whole = join(folder, "whole");
  await writeCache(whole, { cacheImages: true });
  return await filesOf(whole);
}

testInFolder("CacheWriter leaves the same pixels wherever it was interrupted", async (folder) => {
  const expected = await expectedFiles(folder);
  assert.deepEqual(Object.keys(expected).filter((name) => name.startsWith("images")), images);
  for (const before of [0, 1, 2, 3]) {
    const broken = join(folder, `broken-${before}`);
    await writeShards(await CacheWriter.open(broken, withImages), before);
    const resumed = await CacheWriter.open(broken, withImages);
    const left = [0, 1, 2].slice(before).map((index) => [index, "maps and images"]);
    assert.deepEqual(missingOf(resumed), left);
    await writeShards(resumed);
    await resumed.finish();
    assert.deepEqual(await filesOf(broken), expected);
  }
});

testInFolder(
  "CacheWriter redoes the part of a shard that an interruption has left out",
  async (folder) => {
    const expected = await expectedFiles(folder);
    const broken = join(folder, "broken");
    await writeShards(await CacheWriter.open(broken, withImages), 2);
    await Deno.remove(join(broken, images[0]));
    await Deno.remove(join(broken, maps1));
    const resumed = await CacheWriter.open(broken, withImages);
    assert.deepEqual(missingOf(resumed), [
      [0, "images"],
      [1, "maps and images"],
      [2, "maps and images"],
    ]);
    await writeShards(resumed);
    await resumed.finish();
    assert.deepEqual(await filesOf(broken), expected);
  },
);

testInFolder(
  "CacheWriter adds pixels to a complete cache, which stays usable meanwhile",
  async (folder) => {
    const expected = await expectedFiles(folder);
    const cache = join(folder, "cache");
    await writeCache(cache);
    const adding = await CacheWriter.open(cache, withImages);
    assert.deepEqual(
      adding.missingShards().map(({ missing, paths }) => [missing, paths.length]),
      [["images", 3], ["images", 2], ["images", 1]],
    );
    await writeShards(adding, 1);
    (await RolloutCache.open(cache)).close();
    const resumed = await CacheWriter.open(cache, withImages);
    assert.deepEqual(missingOf(resumed), [[1, "images"], [2, "images"]]);
    await writeShards(resumed);
    await resumed.finish();
    assert.deepEqual(await filesOf(cache), expected);
  },
);

testInFolder("CacheWriter without cacheImages leaves the pixels alone", async (folder) => {
  const expected = await expectedFiles(folder);
  const cache = join(folder, "whole");
  const writer = await CacheWriter.open(cache, options);
  assert.deepEqual(missingOf(writer), []);
  await writer.finish();
  assert.deepEqual(await filesOf(cache), expected);

  await Deno.remove(join(cache, maps1));
  const mending = await CacheWriter.open(cache, options);
  assert.deepEqual(missingOf(mending), [[1, "maps"]]);
  await writeShards(mending);
  await mending.finish();
  assert.deepEqual(await filesOf(cache), expected);
});

testInFolder(
  "CacheWriter without cacheImages lists no pixels when some are gone",
  async (folder) => {
    await writeCache(folder, { cacheImages: true });
    await Deno.remove(join(folder, images[2]));
    await (await CacheWriter.open(folder, options)).finish();
    assert.equal((await readManifest(folder))?.images, undefined);
    const again = await CacheWriter.open(folder, withImages);
    assert.deepEqual(missingOf(again), [[2, "images"]]);
  },
);

testInFolder(
  "CacheWriter drops pixels whose photos are no longer those of the maps",
  async (folder) => {
    await writeCache(folder, { cacheImages: true });
    await Deno.remove(join(folder, maps1));
    const writer = await CacheWriter.open(folder, options);
    const { paths } = writer.missingShards()[0]; // the photo that was bad is mended
    await writer.writeShard(1, {
      paths,
      skipped: [],
      checksums: [1, 2, 3],
      maps: new Float32Array(18).fill(1),
    });
    assert.equal((await writer.finish()).images, undefined);
    assert.deepEqual(missingOf(await CacheWriter.open(folder, withImages)), [[1, "images"]]);
  },
);

testInFolder(
  "CacheWriter names damaged pixels, and makes them anew once they are deleted",
  async (folder) => {
    const expected = await expectedFiles(folder);
    const cache = join(folder, "whole");
    const damages: ((file: string) => Promise<void>)[] = [
      flipLastBit,
      (file) => Deno.truncate(file, 100),
      (file) => Deno.writeTextFile(file, "images"),
      (file) => Deno.copyFile(join(cache, maps1), file),
    ];
    for (const damage of damages) {
      const file = join(cache, images[1]);
      await damage(file);
      await assert.rejects(CacheWriter.open(cache, withImages), {
        name: "SyntaxError",
        message:
          /images-00001-of-00003.*; run precompute --repair, or delete it and run the same command again$/,
      });
      await Deno.remove(file);
      const writer = await CacheWriter.open(cache, withImages);
      await writeShards(writer);
      await writer.finish();
      assert.deepEqual(await filesOf(cache), expected);
    }
  },
);

testInFolder(
  "CacheWriter removes half-written pixels, and with overwrite all of them",
  async (folder) => {
    await writeCache(folder, { cacheImages: true });
    await Deno.writeTextFile(join(folder, `.${images[0]}.${crypto.randomUUID()}.tmp`), "half");
    await CacheWriter.open(folder, options);
    const left = Object.keys(await filesOf(folder));
    assert.deepEqual(left.filter((name) => name.endsWith(".tmp")), []);
    await CacheWriter.open(folder, { ...options, overwrite: true });
    assert.deepEqual(Object.keys(await filesOf(folder)), ["manifest.json"]);
  },
);

testInFolder(
  "CacheWriter.writeImages() refuses pixels that do not fill the photos",
  async (folder) => {
    const writer = await CacheWriter.open(folder, withImages);
    const content = { paths: paths.slice(0, 3), pixels: pixelsOf("A.jpg") };
    await assert.rejects(writer.writeImages(0, content), {
      name: "TypeError",
      message: "Cannot write shard: pixels has 4608 values, expected 3 · 4608",
    });
    assert.deepEqual(Object.keys(await filesOf(folder)), ["manifest.json"]);
  },
);
