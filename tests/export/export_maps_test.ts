import assert from "node:assert/strict";
import { join } from "node:path";
import { RolloutCache } from "../../lib/cache/rollout_cache.ts";
import { exportMaps, mapFiles } from "../../lib/export/export_maps.ts";
import { namesIn } from "../../lib/files/if_present.ts";
import { divideByMaximum } from "../../lib/rollout/divide_by_maximum.ts";
import { badPhoto, flipLastBit, mapOf, paths, writeCache } from "../cache/cache_support.ts";
import { CacheWriter } from "../../lib/cache/cache_writer.ts";
import { settings, writeShards } from "../cache/cache_support.ts";
import { runPython, testWithPython } from "../support/python.ts";
import { testInFolder } from "../support/temporary_folder.ts";

/** The photos that have a map, in order. */
const mapped = paths.filter((path) => path !== badPhoto.path);

const options = (folder: string) => ({
  rolloutDir: join(folder, "maps"),
  folder: join(folder, "out"),
  divideByMaximum: false,
});

/** The array of `maps.npy`, after its header. */
async function arrayOf(folder: string): Promise<Float32Array> {
  const bytes = await Deno.readFile(join(folder, "out", "maps.npy"));
  const start = 10 + new DataView(bytes.buffer).getUint16(8, true);
  return new Float32Array(bytes.slice(start).buffer);
}

testInFolder("exportMaps() writes every map in order of path, and the paths", async (folder) => {
  await writeCache(join(folder, "maps"));
  const seen: number[] = [];
  const shape = await exportMaps({
    ...options(folder),
    onProgress: ({ done, total }) => {
      assert.equal(total, mapped.length);
      seen.push(done);
    },
  });
  assert.deepEqual(shape, [mapped.length, 2, 3]);
  assert.deepEqual(
    await arrayOf(folder),
    Float32Array.from(mapped.flatMap((it) => [...mapOf(it)])),
  );
  assert.deepEqual(JSON.parse(await Deno.readTextFile(join(folder, "out", "paths.json"))), mapped);
  assert.deepEqual(seen, [3, 5, 6]); // a shard at a time, one photo of the second skipped
});

testInFolder("exportMaps() divides by the maximum where asked", async (folder) => {
  await writeCache(join(folder, "maps"));
  await exportMaps({ ...options(folder), divideByMaximum: true });
  const expected = mapped.flatMap((path) => [...divideByMaximum(mapOf(path))]);
  assert.deepEqual(await arrayOf(folder), Float32Array.from(expected));
});

testInFolder(
  "exportMaps() refuses a cache that is missing, incomplete or damaged",
  async (folder) => {
    await assert.rejects(exportMaps(options(folder)), /holds no manifest\.json/);
    const writer = await CacheWriter.open(join(folder, "maps"), { settings, paths });
    await writeShards(writer, 1);
    await assert.rejects(exportMaps(options(folder)), /is not complete; run precompute again/);
    await writeShards(writer);
    await writer.finish();
    await flipLastBit(join(folder, "maps", "rollouts-00001-of-00003.safetensors"));
    await assert.rejects(exportMaps(options(folder)), /is damaged .*run precompute --repair/);
    assert.deepEqual(await namesIn(join(folder, "out")), []);
  },
);

testInFolder("exportMaps() leaves nothing behind when it is interrupted", async (folder) => {
  await writeCache(join(folder, "maps"));
  const interruption = new AbortController();
  const interrupted = exportMaps({
    ...options(folder),
    signal: interruption.signal,
    onProgress: () => interruption.abort(),
  });
  await assert.rejects(interrupted, (error) => error === interruption.signal.reason);
  assert.deepEqual(await namesIn(join(folder, "out")), []);
  await exportMaps(options(folder));
  assert.deepEqual(await namesIn(join(folder, "out")), [...mapFiles]);
});

testInFolder("eachShard() keeps no shard: a map is read from the disk again", async (folder) => {
  await writeCache(join(folder, "maps"));
  using cache = await RolloutCache.open(join(folder, "maps"));
  const maps = await Array.fromAsync(cache.eachShard());
  assert.deepEqual(maps.map(({ length }) => length / 6), [3, 2, 1]);
  await Deno.remove(join(folder, "maps", "rollouts-00000-of-00003.safetensors"));
  await assert.rejects(cache.readMap(paths[0]), Deno.errors.NotFound);
});

await testWithPython("numpy", "numpy.load() maps the file into memory", async (python, folder) => {
  await writeCache(join(folder, "maps"));
  await exportMaps(options(folder));
  const program = `
import json, sys, numpy
maps = numpy.load(sys.argv[1] + "/maps.npy", mmap_mode="r")
paths = json.load(open(sys.argv[1] + "/paths.json", encoding="utf-8"))
print(json.dumps([str(maps.dtype), maps.flags.c_contiguous, maps.tolist(), paths]))`;
  const [dtype, isContiguous, maps, names] = JSON.parse(
    await runPython(python, ["-c", program, join(folder, "out")]),
  );
  assert.deepEqual([dtype, isContiguous, names], ["float32", true, mapped]);
  assert.deepEqual(
    maps.map((map: number[][]) => map.flat()),
    mapped.map((path) => [...mapOf(path)]),
  );
});
