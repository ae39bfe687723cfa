import assert from "node:assert/strict";
import { join } from "node:path";
import type { CachePart } from "../../lib/cache/cache_part.ts";
import { CacheWriter } from "../../lib/cache/cache_writer.ts";
import { readManifest } from "../../lib/cache/manifest.ts";
import { testInFolder } from "../support/temporary_folder.ts";
import { filesOf, paths, settings, writeCache, writeShards } from "./cache_support.ts";

const shard = (index: number) => `rollouts-0000${index}-of-00003.safetensors`;

function openPart(folder: string, part: CachePart): Promise<CacheWriter> {
  return CacheWriter.open(folder, { settings, paths, part });
}

testInFolder("CacheWriter gives each shard to one part, evenly", async (folder) => {
  for (const count of [1, 2, 3, 7]) {
    const shares: number[][] = [];
    let photos = 0;
    for (let index = 0; index < count; index++) {
      const writer = await openPart(folder, { index, count });
      shares.push(writer.missingShards().map(({ index }) => index));
      photos += writer.photoCount;
    }
    assert.deepEqual(shares.flat().sort(), [0, 1, 2]);
    assert.equal(photos, paths.length);
    const sizes = shares.map(({ length }) => length);
    assert(Math.max(...sizes) - Math.min(...sizes) <= 1, `${sizes}`);
  }
});

testInFolder(
  "CacheWriter of a part writes a manifest that is not complete, once",
  async (folder) => {
    const writer = await openPart(folder, { index: 1, count: 2 });
    await writeShards(writer);
    assert.equal(writer.isComplete, true);
    assert.equal((await readManifest(folder))!.complete, false);
    const before = await Deno.stat(join(folder, "manifest.json"));
    await openPart(folder, { index: 0, count: 2 });
    assert.equal((await Deno.stat(join(folder, "manifest.json"))).ino, before.ino);
    assert.deepEqual(Object.keys(await filesOf(folder)), ["manifest.json", shard(1)]);
  },
);

testInFolder("CacheWriter of a part neither finishes nor writes others' shards", async (folder) => {
  await writeShards(await openPart(folder, { index: 0, count: 2 }));
  const writer = await openPart(folder, { index: 1, count: 2 });
  await writeShards(writer);
  await assert.rejects(writer.finish(), { message: /Cannot finish the cache: 2 of 3 shards/ });
  const group = paths.slice(0, 3);
  const content = { paths: group, skipped: [], checksums: [1, 2, 3], maps: new Float32Array(18) };
  await assert.rejects(writer.writeShard(0, content), RangeError);
});

testInFolder("CacheWriter of a part looks at its own shards alone", async (folder) => {
  await writeCache(folder);
  await Deno.writeTextFile(join(folder, shard(1)), "damaged");
  const even = await openPart(folder, { index: 0, count: 2 });
  assert.equal(even.isComplete, true);
  await assert.rejects(openPart(folder, { index: 1, count: 2 }), {
    name: "SyntaxError",
    message: new RegExp(shard(1)),
  });
});

testInFolder("CacheWriter of a part makes its own shard anew that a cache lost", async (folder) => {
  await writeCache(folder);
  const expected = await filesOf(folder);
  await Deno.remove(join(folder, shard(1)));
  assert.equal((await openPart(folder, { index: 0, count: 2 })).isComplete, true);
  assert.equal((await readManifest(folder))!.complete, true);
  await writeShards(await openPart(folder, { index: 1, count: 2 }));
  assert.equal((await readManifest(folder))!.complete, false);
  await (await CacheWriter.open(folder, { settings, paths })).finish();
  assert.deepEqual(await filesOf(folder), expected);
});

testInFolder("CacheWriter of a part removes only its own half-written files", async (folder) => {
  const temporary = [
    ...["manifest.json", "index.jsonl", shard(0), shard(1), shard(2)],
    "images-00001-of-00003.safetensors",
    "views-00001-of-00003.safetensors",
  ].map((name) => `.${name}.${crypto.randomUUID()}.tmp`);
  for (const name of temporary) await Deno.writeTextFile(join(folder, name), "half");
  await openPart(folder, { index: 1, count: 2 });
  const left = Object.keys(await filesOf(folder)).filter((name) => name.endsWith(".tmp"));
  assert.deepEqual(left.sort(), temporary.filter((name) => !name.includes("-00001-")).sort());
  await CacheWriter.open(folder, { settings, paths });
  assert.deepEqual(Object.keys(await filesOf(folder)), ["manifest.json"]);
});
