import assert from "node:assert/strict";
import { join } from "node:path";
import { CacheWriter } from "../../lib/cache/cache_writer.ts";
import { RolloutCache } from "../../lib/cache/rollout_cache.ts";
import type { ShardContent } from "../../lib/cache/shard.ts";
import {
  filesOf,
  flipLastBit,
  mapOf,
  paths,
  settings,
  writeCache,
  writeShards,
} from "./cache_support.ts";
import { testWithFiles } from "../support/permissions.ts";
import { temporaryFolder, testInFolder } from "../support/temporary_folder.ts";

const shard1 = "rollouts-00001-of-00003.safetensors";

testWithFiles(
  "CacheWriter.open() refuses a cache of other settings and names each difference",
  async () => {
    await using folder = await temporaryFolder();
    await writeShards(await CacheWriter.open(folder.path, { settings, paths }), 1);
    const before = await filesOf(folder.path);
    const asked = {
      ...settings,
      teacher: { ...settings.teacher, weightsSha256: "f".repeat(64) },
      rollout: { ...settings.rollout, discardRatio: 0.95 },
    };
    await assert.rejects(CacheWriter.open(folder.path, { settings: asked, paths }), {
      name: "Error",
      message: `Cannot make a cache in ${folder.path}: it holds another one (` +
        `SHA-256 of the teacher's weights: ${"a".repeat(64)} in the cache, ${
          "f".repeat(64)
        } asked; ` +
        "discard ratio: 0.9 in the cache, 0.95 asked); " +
        "choose another --rollout-dir, or --overwrite to replace it",
    });
    assert.deepEqual(await filesOf(folder.path), before);
  },
);

testWithFiles("CacheWriter.open() refuses a cache of other photos", async () => {
  await using folder = await temporaryFolder();
  await writeCache(folder.path);
  const before = await filesOf(folder.path);
  const more = [...paths, "龍.png"];
  await assert.rejects(CacheWriter.open(folder.path, { settings, paths: more }), {
    message: /number of photos: 7 in the cache, 8 asked; SHA-256 of the list of photos: /,
  });
  const renamed = [...paths.slice(0, -1), "龍.png"];
  await assert.rejects(CacheWriter.open(folder.path, { settings, paths: renamed }), {
    message: /\(SHA-256 of the list of photos: [0-9a-f]{64} in the cache, [0-9a-f]{64} asked\)/,
  });
  assert.deepEqual(await filesOf(folder.path), before);
});

testWithFiles(
  "CacheWriter.open() with overwrite replaces a cache whose manifest is damaged",
  async () => {
    await using folder = await temporaryFolder();
    await writeCache(folder.path);
    await Deno.writeTextFile(join(folder.path, "manifest.json"), "{");
    await assert.rejects(CacheWriter.open(folder.path, { settings, paths }), {
      name: "SyntaxError",
      message: /manifest\.json is damaged .*--overwrite/,
    });
    const writer = await CacheWriter.open(folder.path, { settings, paths, overwrite: true });
    assert.equal(writer.missingShards().length, 3);
  },
);

testWithFiles("CacheWriter.open() refuses shards of which nothing says what they are", async () => {
  await using folder = await temporaryFolder();
  await writeCache(folder.path);
  await Deno.remove(join(folder.path, "manifest.json"));
  await assert.rejects(CacheWriter.open(folder.path, { settings, paths }), {
    message: /holds shards but no manifest\.json .*--overwrite/,
  });
});

testWithFiles(
  "CacheWriter.open() names a shard of another cache in an unfinished one",
  async () => {
    await using folder = await temporaryFolder();
    await using other = await temporaryFolder();
    await writeShards(await CacheWriter.open(folder.path, { settings, paths }), 2);
    const otherSettings = { ...settings, rollout: { ...settings.rollout, discardRatio: 0.5 } };
    await writeShards(await CacheWriter.open(other.path, { settings: otherSettings, paths }), 2);
    await Deno.copyFile(join(other.path, shard1), join(folder.path, shard1));
    await assert.rejects(CacheWriter.open(folder.path, { settings, paths }), {
      name: "SyntaxError",
      message: /00001-of-00003.* made with other settings .*; run precompute --repair/,
    });
  },
);

testWithFiles("CacheWriter.open() names a shard that stands in another's place", async () => {
  await using folder = await temporaryFolder();
  await writeShards(await CacheWriter.open(folder.path, { settings, paths }), 1);
  const shard0 = join(folder.path, "rollouts-00000-of-00003.safetensors");
  await Deno.rename(shard0, join(folder.path, shard1));
  await assert.rejects(CacheWriter.open(folder.path, { settings, paths }), {
    name: "SyntaxError",
    message: /00001-of-00003.* is damaged; run precompute --repair/,
  });
});

const damages: [what: string, damage: (file: string) => Promise<void>][] = [
  ["that is cut short", (file) => Deno.truncate(file, 100)],
  ["with one bit flipped", flipLastBit],
  ["that is no safetensors", (file) => Deno.writeTextFile(file, "rollout")],
];

for (const [what, damage] of damages) {
  testWithFiles(
    `CacheWriter names a shard ${what}, and makes it anew once it is deleted`,
    async () => {
      await using folder = await temporaryFolder();
      await writeCache(folder.path);
      const expected = await filesOf(folder.path);
      await damage(join(folder.path, shard1));
      await assert.rejects(CacheWriter.open(folder.path, { settings, paths }), {
        name: "SyntaxError",
        message:
          /00001-of-00003.*; run precompute --repair, or delete it and run the same command again$/,
      });
      await Deno.remove(join(folder.path, shard1));
      const writer = await CacheWriter.open(folder.path, { settings, paths });
      assert.deepEqual(writer.missingShards().map(({ index }) => index), [1]);
      await assert.rejects(RolloutCache.open(folder.path), { message: /is not complete/ });
      await writeShards(writer);
      await writer.finish();
      assert.deepEqual(await filesOf(folder.path), expected);
    },
  );
}

testWithFiles("CacheWriter.finish() refuses while shards are missing", async () => {
  await using folder = await temporaryFolder();
  const writer = await CacheWriter.open(folder.path, { settings, paths });
  await writeShards(writer, 2);
  await assert.rejects(writer.finish(), { message: /1 of 3 shards are missing/ });
  assert.equal("index.jsonl" in await filesOf(folder.path), false);
});

const group0 = paths.slice(0, 3);
const maps0 = Float32Array.from(group0.flatMap((path) => [...mapOf(path)]));
const content0 = { paths: group0, skipped: [], checksums: [1, 2, 3], maps: maps0 };
const strange: [what: string, content: ShardContent, error: { name: string; message: RegExp }][] = [
  ["lack a photo of the group", {
    paths: group0.slice(1),
    skipped: [],
    checksums: [2, 3],
    maps: maps0.slice(6),
  }, {
    name: "RangeError",
    message: /expected each of 3 either with a map or skipped, in order/,
  }],
  ["are too few", { ...content0, maps: maps0.slice(1) }, {
    name: "TypeError",
    message: /maps has 17 values, expected 3 · 6/,
  }],
  ["have too few checksums of photos", { ...content0, checksums: [1, 2] }, {
    name: "TypeError",
    message: /there are 2 checksums, expected 3/,
  }],
  ["hold NaN", { ...content0, maps: maps0.with(7, NaN) }, {
    name: "RangeError",
    message: /the map of a\.jpg holds NaN, expected finite values/,
  }],
];

for (const [what, content, error] of strange) {
  testWithFiles(
    `CacheWriter.writeShard() refuses maps that ${what}, and writes nothing`,
    async () => {
      await using folder = await temporaryFolder();
      const writer = await CacheWriter.open(folder.path, { settings, paths });
      await assert.rejects(writer.writeShard(0, content), error);
      assert.deepEqual(Object.keys(await filesOf(folder.path)), ["manifest.json"]);
      assert.equal(writer.missingShards().length, 3);
    },
  );
}

testWithFiles("CacheWriter.writeShard() refuses a shard that the cache does not have", async () => {
  await using folder = await temporaryFolder();
  const writer = await CacheWriter.open(folder.path, { settings, paths });
  const nothing = { paths: [], skipped: [], checksums: [], maps: new Float32Array() };
  for (const index of [3, -1, 0.5]) {
    await assert.rejects(writer.writeShard(index, nothing), RangeError);
  }
});

testInFolder(
  "CacheWriter.open() finds a flipped bit in the maps of an interrupted cache",
  async (folder) => {
    await writeShards(await CacheWriter.open(folder, { settings, paths }), 1);
    await flipLastBit(join(folder, "rollouts-00000-of-00003.safetensors"));
    await assert.rejects(CacheWriter.open(folder, { settings, paths }), {
      name: "SyntaxError",
      message: /rollouts-00000-of-00003\.safetensors is damaged .*run precompute --repair/,
    });
  },
);
