/**
 * A cache with one bit flipped, at many places of all its files.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { ImageCache } from "../../lib/cache/image_cache.ts";
import { RolloutCache } from "../../lib/cache/rollout_cache.ts";
import { verifyCache } from "../../lib/cache/verify_cache.ts";
import { ViewCache } from "../../lib/cache/view_cache.ts";
import { Random } from "../../lib/random/random.ts";
import { testInFolder } from "../support/temporary_folder.ts";
import { writeWithViews } from "./cache_support.ts";

/** Bits flipped in each file. */
const flipsPerFile = 24;

/** Everything that can be read of a cache, by what it is; what cannot be read is left out. */
async function readAll(folder: string): Promise<Map<string, unknown>> {
  const found = new Map<string, unknown>();
  const keep = async (key: string, work: Promise<unknown>) => {
    const value = await work.catch(() => undefined);
    if (value !== undefined) found.set(key, value);
  };
  const opened = await RolloutCache.open(folder).catch(() => undefined);
  if (!opened) return found;
  using cache = opened;
  const { sha256: _, ...manifest } = cache.manifest as typeof cache.manifest & { sha256?: string };
  found.set("manifest", manifest);
  const images = new ImageCache(cache);
  const views = await ViewCache.open(cache).catch(() => undefined);
  for (const path of cache.paths) {
    await keep(`map ${path}`, cache.readMap(path));
    await keep(`pixels ${path}`, images.load(path));
    for (const view of [0, 1]) {
      if (views) await keep(`view ${view} ${path}`, views.read(path, view));
    }
  }
  return found;
}

testInFolder("a flipped bit is found, or changes nothing that is read", async (folder) => {
  await writeWithViews(folder);
  const expected = await readAll(folder);
  assert.equal(expected.size, 1 + 6 * 4, "a map, pixels and two views of each photo");
  const random = Random.from("flips");
  let unnoticed = 0;
  for (const name of Array.from(Deno.readDirSync(folder), ({ name }) => name).sort()) {
    const file = join(folder, name);
    const bytes = await Deno.readFile(file);
    for (let flip = 0; flip < flipsPerFile; flip++) {
      const place = random.integer(0, bytes.length);
      const bit = 1 << random.integer(0, 8);
      const damaged = bytes.slice();
      damaged[place] ^= bit;
      await Deno.writeFile(file, damaged);
      const where = `bit ${bit} of byte ${place} of ${name}`;
      const read = await readAll(folder);
      for (const [key, value] of read) assert.deepEqual(value, expected.get(key), where);
      const { problems } = await verifyCache(folder);
      if (problems.length > 0) assert(problems.some((problem) => problem.file === file), where);
      else assert.equal(read.size, expected.size, `${where}: all is read as it was`);
      unnoticed += problems.length === 0 ? 1 : 0;
    }
    await Deno.writeFile(file, bytes);
  }
  assert(unnoticed < flipsPerFile, "only blanks of the manifest may change unnoticed");
  assert.deepEqual((await verifyCache(folder)).problems, []);
});
