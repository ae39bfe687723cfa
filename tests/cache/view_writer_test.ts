import assert from "node:assert/strict";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { CacheWriter } from "../../lib/cache/cache_writer.ts";
import { readManifest } from "../../lib/cache/manifest.ts";
import { RolloutCache } from "../../lib/cache/rollout_cache.ts";
import { ViewCache } from "../../lib/cache/view_cache.ts";
import { parseViewShard } from "../../lib/cache/view_shard.ts";
import { ViewWriter } from "../../lib/cache/view_writer.ts";
import { readSafetensors, serialiseSafetensors } from "../../lib/weights/safetensors.ts";
import { testInFolder } from "../support/temporary_folder.ts";
import {
  badPhoto,
  editFile,
  filesOf,
  flipLastBit,
  mapOf,
  paths,
  settings,
  signManifest,
  writeCache,
  writeShards,
} from "./cache_support.ts";

const views = { perPhoto: 2, generatorVersion: 1, seed: 7 };
const files = [0, 1, 2].map((index) => `views-0000${index}-of-00003.safetensors`);

/** Two views a photo: its plain map plus 100, and plus 200. */
function viewsOf(path: string): { augmentation: unknown; map: Float32Array }[] {
  return [1, 2].map((view) => ({
    augmentation: { of: path, view },
    map: mapOf(path).map((value) => value + 100 * view),
  }));
}

/** Writes the views of `limit` shards at most. */
async function addViews(folder: string, limit = Infinity): Promise<ViewWriter> {
  using cache = await RolloutCache.open(folder);
  const writer = await ViewWriter.open(cache, views);
  for (const { index, paths } of writer.missingShards().slice(0, limit)) {
    const ofShard = paths.map(viewsOf);
    await writer.writeShard(index, {
      augmentations: ofShard.map((of) => of.map(({ augmentation }) => augmentation)),
      maps: Float32Array.from(ofShard.flat().flatMap(({ map }) => [...map])),
    });
  }
  return writer;
}

/** A whole cache with views. */
async function writeWithViews(folder: string): Promise<Record<string, string>> {
  await writeCache(folder);
  await (await addViews(folder)).finish();
  return await filesOf(folder);
}

testInFolder(
  "ViewWriter and ViewCache give each view back, with its parameters",
  async (folder) => {
    await writeWithViews(folder);
    using cache = await RolloutCache.open(folder);
    const { shards, ...recorded } = cache.manifest.views!;
    assert.deepEqual(recorded, views);
    assert.deepEqual(shards.map(({ file, rows }) => [file, rows]), [
      [files[0], 3],
      [files[1], 2],
      [files[2], 1],
    ]);
    const replayed = await ViewCache.open(cache);
    for (const path of paths.filter((path) => path !== badPhoto.path)) {
      assert.deepEqual([await replayed.read(path, 0), await replayed.read(path, 1)], viewsOf(path));
    }
    await assert.rejects(replayed.read("A.jpg", 2), {
      name: "RangeError",
      message: "Cannot read view: its number is 2, expected an integer from 0 to 1",
    });
    await assert.rejects(replayed.read(badPhoto.path, 0), { name: "RangeError" });
  },
);

testInFolder("ViewWriter leaves the same files wherever it was interrupted", async (folder) => {
  const expected = await writeWithViews(join(folder, "whole"));
  for (const before of [0, 1, 2, 3]) {
    const broken = join(folder, `broken-${before}`);
    await writeCache(broken);
    const begun = await addViews(broken, before);
    if (before < 3) await assert.rejects(begun.finish(), { message: /of 3 shards are missing$/ });
    assert.equal((await readManifest(broken))?.views, undefined, "not listed before it is whole");
    using cache = await RolloutCache.open(broken);
    const left = (await ViewWriter.open(cache, views)).missingShards();
    assert.deepEqual(left.map(({ index }) => index), [0, 1, 2].slice(before));
    await (await addViews(broken)).finish();
    assert.deepEqual(await filesOf(broken), expected);
  }
});

testInFolder(
  "CacheWriter leaves views alone, and lists none when some are gone",
  async (folder) => {
    const expected = await writeWithViews(folder);
    await (await CacheWriter.open(folder, { settings, paths })).finish();
    assert.deepEqual(await filesOf(folder), expected);
    await Deno.remove(join(folder, files[2]));
    using cache = await RolloutCache.open(folder);
    await assert.rejects(ViewCache.open(cache), {
      message: /views-00002-of-00003.* is missing; precompute --views=2 --seed=7 makes it anew$/,
    });
    await (await CacheWriter.open(folder, { settings, paths })).finish();
    assert.equal((await readManifest(folder))?.views, undefined);
    await (await addViews(folder)).finish();
    assert.deepEqual(await filesOf(folder), expected);
  },
);

testInFolder("CacheWriter drops views whose photos are no longer the maps'", async (folder) => {
  await writeWithViews(folder);
  await Deno.remove(join(folder, "rollouts-00001-of-00003.safetensors"));
  const writer = await CacheWriter.open(folder, { settings, paths });
  const group = writer.missingShards()[0].paths; // the photo that was bad is mended
  await writer.writeShard(1, {
    paths: group,
    skipped: [],
    checksums: [1, 2, 3],
    maps: new Float32Array(18).fill(1),
  });
  assert.equal((await writer.finish()).views, undefined);
  using cache = await RolloutCache.open(folder);
  const left = (await ViewWriter.open(cache, views)).missingShards();
  assert.deepEqual(left, [{ index: 1, paths: group }]);
});

testInFolder("CacheWriter mends a shard of maps and keeps its views", async (folder) => {
  const expected = await writeWithViews(folder);
  await Deno.remove(join(folder, "rollouts-00001-of-00003.safetensors"));
  const writer = await CacheWriter.open(folder, { settings, paths });
  await writeShards(writer);
  await writer.finish();
  assert.deepEqual(await filesOf(folder), expected);
});

testInFolder("ViewWriter refuses views that were drawn otherwise, and says how", async (folder) => {
  await writeCache(folder);
  await addViews(folder, 1);
  using cache = await RolloutCache.open(folder);
  const others: [Partial<typeof views>, RegExp][] = [
    [{ perPhoto: 3 }, /\(views a photo \(--views\): 2 in the cache, 3 asked\)/],
    [{ seed: 8 }, /\(seed \(--seed\): 7 in the cache, 8 asked\)/],
    [{ generatorVersion: 2 }, /generator: 1 in the cache, 2 asked\).*delete its files views-/],
  ];
  for (const [change, message] of others) {
    await assert.rejects(ViewWriter.open(cache, { ...views, ...change }), { message });
  }
});

testInFolder("ViewWriter names damaged views, and makes them anew once deleted", async (folder) => {
  const expected = await writeWithViews(folder);
  const file = join(folder, files[1]);
  const damages: (() => Promise<void>)[] = [
    () => flipLastBit(file),
    () => editFile(file, '\\"view\\":1', '\\"view\\":3'),
    () => Deno.truncate(file, 100),
    () => Deno.copyFile(join(folder, "rollouts-00001-of-00003.safetensors"), file),
  ];
  for (const damage of damages) {
    await damage();
    await assert.rejects(addViews(folder), {
      name: "SyntaxError",
      message:
        /views-00001-of-00003.*; run precompute --repair, or delete it and run the same command again$/,
    });
    await Deno.remove(file);
    await (await addViews(folder)).finish();
    assert.deepEqual(await filesOf(folder), expected);
  }
});

testInFolder("ViewCache names a damaged file", async (folder) => {
  await writeWithViews(folder);
  using cache = await RolloutCache.open(folder);
  const replayed = await ViewCache.open(cache);
  await flipLastBit(join(folder, files[0]));
  await assert.rejects(replayed.read("A.jpg", 0), {
    name: "SyntaxError",
    message: /views-00000-of-00003.* is damaged \(its SHA-256 .*; run precompute --repair$/,
  });
  assert.deepEqual((await replayed.read("b/b.jpg", 1)).map, viewsOf("b/b.jpg")[1].map);
  await Deno.truncate(join(folder, files[0]), 50);
  await assert.rejects(ViewCache.open(cache), { message: /has 50 bytes, expected/ });
});

testInFolder(
  "ViewCache does not take another number of views from the manifest",
  async (folder) => {
    await writeWithViews(folder);
    await editFile(join(folder, "manifest.json"), '"perPhoto": 2', '"perPhoto": 1');
    await signManifest(folder);
    using cache = await RolloutCache.open(folder);
    const views = await ViewCache.open(cache);
    await assert.rejects(views.read(paths[1], 0), { // view 1 of the photo before, by the number alone
      name: "SyntaxError",
      message: /manifest\.json says otherwise: views a photo \(--views\): 2 in the cache, 1 asked/,
    });
  },
);

testInFolder("parseViewShard() refuses augmentations of another number", async (folder) => {
  await writeWithViews(folder);
  const file = join(folder, files[0]);
  using cache = await RolloutCache.open(folder);
  const identity = cache.manifest;
  const content = parseViewShard(await Deno.readFile(file), { file, identity });
  for (const augmentations of [[], [[1, 2], [1], [1, 2]], [[1, 2], [1, 2], [1, 2], [1, 2]]]) {
    const { tensors, metadata } = await readSafetensors(file);
    const text = JSON.stringify(augmentations);
    const maps = new Uint8Array(
      content.maps.buffer,
      content.maps.byteOffset,
      content.maps.byteLength,
    );
    const forged = { ...metadata, augmentations: text, crc32: String(crc32(maps, crc32(text))) };
    const bytes = serialiseSafetensors(tensors, { metadata: forged });
    assert.throws(() => parseViewShard(bytes, { file, identity }), {
      name: "SyntaxError",
      message: /has damaged augmentations \(there are not as many as views\)/,
    });
  }
});

testInFolder("ViewCache.open() says how a cache gets views", async (folder) => {
  await writeCache(folder);
  using cache = await RolloutCache.open(folder);
  await assert.rejects(ViewCache.open(cache), {
    message:
      /^Cannot read views: the cache in .* holds none .*precompute with --views=K, which adds/,
  });
});

testInFolder("ViewWriter.writeShard() refuses what does not fill the views", async (folder) => {
  await writeCache(folder);
  using cache = await RolloutCache.open(folder);
  const writer = await ViewWriter.open(cache, views);
  const maps = new Float32Array(36);
  const augmentations = [["a", "b"], ["c", "d"], ["e", "f"]];
  await assert.rejects(writer.writeShard(0, { augmentations, maps: maps.subarray(1) }), {
    name: "TypeError",
    message: "Cannot write shard: maps has 35 values, expected 3 · 12",
  });
  await assert.rejects(writer.writeShard(0, { augmentations: [["a"], ["b"], ["c"]], maps }), {
    name: "TypeError",
    message: /augmentations are \[1,1,1\], expected 2 for each of 3 photos/,
  });
  maps[13] = NaN;
  await assert.rejects(writer.writeShard(0, { augmentations, maps }), {
    name: "RangeError",
    message: /view's map of a\.jpg holds NaN/,
  });
  assert.deepEqual(writer.missingShards().length, 3);
});

testInFolder("CacheWriter with overwrite removes the views too", async (folder) => {
  await writeWithViews(folder);
  await CacheWriter.open(folder, { settings, paths, overwrite: true });
  assert.deepEqual(Object.keys(await filesOf(folder)), ["manifest.json"]);
});
