import assert from "node:assert/strict";
import { join } from "node:path";
import { CacheWriter } from "../../lib/cache/cache_writer.ts";
import { RolloutCache } from "../../lib/cache/rollout_cache.ts";
import { readSafetensors } from "../../lib/weights/safetensors.ts";
import {
  badPhoto,
  checksumOf,
  editFile,
  flipLastBit,
  mapOf,
  paths,
  settings,
  writeCache,
  writeShards,
} from "./cache_support.ts";
import { testWithFiles } from "../support/permissions.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";

const shard1 = "rollouts-00001-of-00003.safetensors";
const mapped = paths.filter((path) => path !== badPhoto.path);

testWithFiles("RolloutCache gives each photo the map that was written for it", async () => {
  await using folder = await temporaryFolder();
  const manifest = await writeCache(folder.path);
  using cache = await RolloutCache.open(folder.path);
  assert.deepEqual(cache.manifest, manifest);
  assert.deepEqual(cache.paths, mapped);
  for (const path of mapped) assert.deepEqual(await cache.readMap(path), mapOf(path));
  const some = ["山.png", "A.jpg", "b/b.jpg", "A.jpg"];
  assert.deepEqual(
    await cache.readMaps(some),
    Float32Array.from(some.flatMap((path) => [...mapOf(path)])),
  );
});

testWithFiles("RolloutCache.readChecksum() gives what each photo's file held", async () => {
  await using folder = await temporaryFolder();
  await writeCache(folder.path);
  using cache = await RolloutCache.open(folder.path);
  for (const path of cache.paths) assert.equal(await cache.readChecksum(path), checksumOf(path));
  await assert.rejects(cache.readChecksum(badPhoto.path), { name: "RangeError" });
});

testWithFiles("RolloutCache knows which photos have no map", async () => {
  await using folder = await temporaryFolder();
  await writeCache(folder.path);
  using cache = await RolloutCache.open(folder.path);
  assert.equal(cache.has("b/a.jpg"), true);
  for (const path of [badPhoto.path, "elsewhere.jpg"]) {
    assert.equal(cache.has(path), false);
    await assert.rejects(cache.readMap(path), (error: Error) => {
      assert.equal(error.name, "RangeError");
      assert.ok(error.message.includes(`none of "${path}"`));
      return true;
    });
  }
});

testWithFiles("RolloutCache gives maps away: changing one does not change the cache", async () => {
  await using folder = await temporaryFolder();
  await writeCache(folder.path);
  using cache = await RolloutCache.open(folder.path);
  (await cache.readMap("A.jpg")).fill(-1);
  assert.deepEqual(await cache.readMap("A.jpg"), mapOf("A.jpg"));
});

testWithFiles("RolloutCache keeps a shard that it has read until it is closed", async () => {
  await using folder = await temporaryFolder();
  await writeCache(folder.path);
  using cache = await RolloutCache.open(folder.path);
  await cache.readMap("b/b.jpg");
  await Deno.remove(join(folder.path, shard1));
  assert.deepEqual(await cache.readMap("ü/x y.jpg"), mapOf("ü/x y.jpg"));
  cache.close();
  await assert.rejects(cache.readMap("ü/x y.jpg"), Deno.errors.NotFound);
});

testWithFiles("a shard is a safetensors file with one tensor of raw maps", async () => {
  await using folder = await temporaryFolder();
  await writeCache(folder.path);
  const { tensors } = await readSafetensors(join(folder.path, shard1));
  assert.deepEqual([...tensors.keys()], ["rollout"]);
  const { dtype, shape, data } = tensors.get("rollout")!;
  assert.equal(dtype, "F32");
  assert.deepEqual(shape, [2, 2, 3]);
  assert.deepEqual(data, Float32Array.of(...mapOf("b/b.jpg"), ...mapOf("ü/x y.jpg")));
});

testWithFiles("RolloutCache.open() asks for an unfinished cache to be resumed", async () => {
  await using folder = await temporaryFolder();
  await writeShards(await CacheWriter.open(folder.path, { settings, paths }), 2);
  await assert.rejects(RolloutCache.open(folder.path), {
    message: `Cannot open the cache: ${folder.path} is not complete; ` +
      "run precompute again, which resumes it",
  });
});

testWithFiles("RolloutCache.open() says when there is no cache at all", async () => {
  await using folder = await temporaryFolder();
  await assert.rejects(RolloutCache.open(folder.path), {
    message: /holds no manifest\.json, expected what precompute writes; run it first, or/,
  });
});

testWithFiles("RolloutCache.open() names a shard that is missing or of another size", async () => {
  await using folder = await temporaryFolder();
  await writeCache(folder.path);
  const file = join(folder.path, shard1);
  await Deno.writeFile(file, new Uint8Array(1), { append: true });
  await assert.rejects(RolloutCache.open(folder.path), {
    name: "SyntaxError",
    message: /00001-of-00003\.safetensors is damaged \(it has \d+ bytes, expected \d+\)/,
  });
  await Deno.remove(file);
  await assert.rejects(RolloutCache.open(folder.path), { message: /00001-of.* is missing/ });
});

testWithFiles("RolloutCache names a shard with a flipped bit when it is first read", async () => {
  await using folder = await temporaryFolder();
  await writeCache(folder.path);
  await flipLastBit(join(folder.path, shard1));
  using cache = await RolloutCache.open(folder.path);
  assert.deepEqual(await cache.readMap("A.jpg"), mapOf("A.jpg"));
  await assert.rejects(cache.readMap("b/b.jpg"), {
    name: "SyntaxError",
    message: /00001-of-00003\.safetensors is damaged \(its SHA-256 is .*run precompute --repair/,
  });
});

const damages: [what: string, from: string | RegExp, to: string, problem: RegExp][] = [
  ["a path out of the data set", "A.jpg", "../A.jpg", /line 1 of .*inside the data set/],
  ["an absolute path", "b/b.jpg", "/etc/passwd", /line 4 of .*inside the data set/],
  ["a line that is no JSON", '{"path":"a.jpg"', "a.jpg", /line 2 of .*JSON/],
  ["a negative row", '"row":0', '"row":-1', /line 1 of .*row: /],
  ["an empty line", "\n", "\n\n", /line 2 of /],
  ["a line missing", /.*山.*\n/, "", /it has 5 lines, expected 6/],
  ["a shard that does not exist", '"shard":2', '"shard":3', /line 6 is not shard 2, row 0/],
  ["two rows swapped", '"row":1', '"row":2', /line 2 is not shard 0, row 1/],
  ["a photo renamed", "A.jpg", "B.jpg", /its photos are not those of the data set/],
  ["a photo twice", '"a.jpg"', '"A.jpg"', /line 2 is out of order/],
  ["two photos swapped", /"(A\.jpg)"(.*\n.*)"(a\.jpg)"/, '"$3"$2"$1"', /line 2 is out of order/],
];

for (const [what, from, to, problem] of damages) {
  testWithFiles(`RolloutCache.open() names an index with ${what}`, async () => {
    await using folder = await temporaryFolder();
    await writeCache(folder.path);
    const file = join(folder.path, "index.jsonl");
    await editFile(file, from, to);
    await assert.rejects(RolloutCache.open(folder.path), (error: Error) => {
      assert.equal(error.name, "SyntaxError");
      assert.ok(error.message.includes(file));
      assert.match(error.message, problem);
      assert.match(error.message, /run precompute --repair, which rewrites the index$/);
      return true;
    });
  });
}
