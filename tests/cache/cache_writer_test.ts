import assert from "node:assert/strict";
import { join } from "node:path";
import { CacheWriter } from "../../lib/cache/cache_writer.ts";
import { RolloutCache } from "../../lib/cache/rollout_cache.ts";
import {
  badPhoto,
  editFile,
  filesOf,
  paths,
  settings,
  writeCache,
  writeShards,
} from "./cache_support.ts";
import { testWithFiles } from "../support/permissions.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";

const shard1 = "rollouts-00001-of-00003.safetensors";

testWithFiles("CacheWriter leaves the same files wherever it was interrupted", async () => {
  await using whole = await temporaryFolder();
  await writeCache(whole.path);
  const expected = await filesOf(whole.path);
  assert.deepEqual(Object.keys(expected), [
    "index.jsonl",
    "manifest.json",
    "rollouts-00000-of-00003.safetensors",
    shard1,
    "rollouts-00002-of-00003.safetensors",
  ]);

  for (const before of [0, 1, 2, 3]) {
    await using broken = await temporaryFolder();
    await writeShards(await CacheWriter.open(broken.path, { settings, paths }), before);
    const resumed = await CacheWriter.open(broken.path, { settings, paths });
    assert.deepEqual(
      resumed.missingShards().map(({ index }) => index),
      [0, 1, 2].slice(before),
    );
    assert.deepEqual(resumed.skipped, before > 1 ? [badPhoto] : []);
    assert.equal(resumed.isComplete, before === 3);
    await writeShards(resumed);
    await resumed.finish();
    assert.deepEqual(await filesOf(broken.path), expected);
  }
});

testWithFiles("CacheWriter cuts the sorted photos into groups of shardSize", async () => {
  await using folder = await temporaryFolder();
  const writer = await CacheWriter.open(folder.path, { settings, paths });
  assert.deepEqual(writer.missingShards(), [
    { index: 0, missing: "maps", paths: ["A.jpg", "a.jpg", "b/a.jpg"] },
    { index: 1, missing: "maps", paths: ["b/b.jpg", "ü.jpg", "ü/x y.jpg"] },
    { index: 2, missing: "maps", paths: ["山.png"] },
  ]);
});

testWithFiles("CacheWriter writes an index of a line a map, in order of path", async () => {
  await using folder = await temporaryFolder();
  await writeCache(folder.path);
  const index = await Deno.readTextFile(join(folder.path, "index.jsonl"));
  assert.equal(
    index,
    '{"path":"A.jpg","shard":0,"row":0}\n' +
      '{"path":"a.jpg","shard":0,"row":1}\n' +
      '{"path":"b/a.jpg","shard":0,"row":2}\n' +
      '{"path":"b/b.jpg","shard":1,"row":0}\n' +
      '{"path":"ü/x y.jpg","shard":1,"row":1}\n' +
      '{"path":"山.png","shard":2,"row":0}\n',
  );
});

testWithFiles(
  "CacheWriter removes what a killed program left half-written, and only that",
  async () => {
    await using folder = await temporaryFolder();
    await writeShards(await CacheWriter.open(folder.path, { settings, paths }), 1);
    const uuid = crypto.randomUUID();
    for (const name of ["manifest.json", "index.jsonl", shard1]) {
      await Deno.writeTextFile(join(folder.path, `.${name}.${uuid}.tmp`), "half");
    }
    await Deno.writeTextFile(join(folder.path, ".notes.txt.tmp"), "mine");
    await CacheWriter.open(folder.path, { settings, paths });
    const names = Object.keys(await filesOf(folder.path));
    assert.deepEqual(names.filter((name) => name.endsWith(".tmp")), [".notes.txt.tmp"]);
  },
);

testWithFiles("CacheWriter gives a group of bad photos a shard without rows", async () => {
  await using folder = await temporaryFolder();
  const writer = await CacheWriter.open(folder.path, { settings, paths });
  await writeShards(writer, 2);
  const skipped = [{ path: "山.png", reason: "it is empty" }];
  await writer.writeShard(2, { paths: [], skipped, checksums: [], maps: new Float32Array() });
  const manifest = await writer.finish();
  assert.equal(manifest.shards[2].rows, 0);
  assert.deepEqual(manifest.skipped, [badPhoto, ...skipped]);
  const resumed = await CacheWriter.open(folder.path, { settings, paths });
  assert.equal(resumed.isComplete, true);
  using cache = await RolloutCache.open(folder.path);
  assert.equal(cache.has("山.png"), false);
});

testWithFiles(
  "CacheWriter.open() with overwrite replaces a cache and leaves other files alone",
  async () => {
    await using folder = await temporaryFolder();
    await writeCache(folder.path);
    await Deno.writeTextFile(join(folder.path, "notes.txt"), "mine");
    const asked = { ...settings, shardSize: 4 };
    const writer = await CacheWriter.open(folder.path, { settings: asked, paths, overwrite: true });
    assert.deepEqual(Object.keys(await filesOf(folder.path)), ["manifest.json", "notes.txt"]);
    await writeShards(writer);
    assert.equal((await writer.finish()).shards.length, 2);
  },
);

testWithFiles("CacheWriter.finish() restores a damaged index", async () => {
  await using folder = await temporaryFolder();
  await writeCache(folder.path);
  const expected = await filesOf(folder.path);
  await editFile(join(folder.path, "index.jsonl"), "A.jpg", "../A.jpg");
  await (await CacheWriter.open(folder.path, { settings, paths })).finish();
  assert.deepEqual(await filesOf(folder.path), expected);
});

testWithFiles(
  "CacheWriter resumes under another name of the same weights, keeping the first",
  async () => {
    await using whole = await temporaryFolder();
    await writeCache(whole.path);
    const expected = await filesOf(whole.path);
    const respelt = { ...settings, teacher: { ...settings.teacher, name: "local-dir:../teacher" } };

    await using resumed = await temporaryFolder();
    await writeShards(await CacheWriter.open(resumed.path, { settings, paths }), 1);
    const writer = await CacheWriter.open(resumed.path, { settings: respelt, paths });
    assert.deepEqual(writer.missingShards().map(({ index }) => index), [1, 2]);
    await writeShards(writer);
    await writer.finish();
    assert.deepEqual(await filesOf(resumed.path), expected);

    await Deno.remove(join(resumed.path, shard1));
    const repairing = await CacheWriter.open(resumed.path, { settings: respelt, paths });
    await writeShards(repairing);
    await repairing.finish();
    assert.deepEqual(await filesOf(resumed.path), expected);
  },
);
