/**
 * The files of a cache, each damaged where it lies; whatever is then read must be what was written.
 *
 * @module
 */
import { join } from "node:path";
import { CacheWriter } from "../../lib/cache/cache_writer.ts";
import { ImageCache, imagesObstacle } from "../../lib/cache/image_cache.ts";
import { RolloutCache } from "../../lib/cache/rollout_cache.ts";
import { ViewCache } from "../../lib/cache/view_cache.ts";
import { ViewWriter } from "../../lib/cache/view_writer.ts";
import { sha256Hex } from "../../lib/files/sha256.ts";
import type { Random } from "../../lib/random/random.ts";
import {
  badPhoto,
  mapOf,
  paths,
  settings,
  signManifest,
  writeCache,
} from "../cache/cache_support.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import type { CorpusFile, Subject } from "./fuzz.ts";
import type { Mutant } from "./mutate_bytes.ts";
import { mutateSafetensors, mutateSafetensorsBody } from "./mutate_formats.ts";
import { mutateJsonBytes, mutateJsonLines } from "./mutate_json.ts";

const mapped = paths.filter((path) => path !== badPhoto.path);

/**
 * Makes a cache with pixels and views, of which `part` is damaged; `isSigned` puts the manifest's checksums
 * right afterwards, as a stranger might.
 */
export async function cacheSubject(part: RegExp, { isSigned = false } = {}): Promise<Subject> {
  const folder = await temporaryFolder();
  await writeCache(folder.path, { cacheImages: true });
  await addViews(folder.path);
  const names = (await Array.fromAsync(Deno.readDir(folder.path))).map(({ name }) => name);
  const corpus = await Promise.all(
    names.filter((name) => part.test(name)).sort().map(async (name) => ({
      name,
      bytes: await Deno.readFile(join(folder.path, name)),
    })),
  );
  const whole = await readAll(folder.path);
  const manifest = await Deno.readTextFile(join(folder.path, "manifest.json"));
  return {
    corpus,
    mutate,
    isGuarded: !isSigned,
    names: new RegExp(RegExp.escape(folder.path)),
    read: async ({ name, bytes }) => {
      const file = join(folder.path, name);
      await Deno.writeFile(file, bytes);
      if (isSigned) await sign(folder.path, { name, bytes, manifest });
      try {
        return JSON.stringify({ ...whole, ...await readAll(folder.path) });
      } finally {
        await Deno.writeFile(file, corpus.find((it) => it.name === name)!.bytes);
        await Deno.writeTextFile(join(folder.path, "manifest.json"), manifest);
      }
    },
    close: () => folder[Symbol.asyncDispose](),
  };
}

function mutate({ name, bytes }: CorpusFile, random: Random): Mutant {
  if (name.endsWith(".json")) return mutateJsonBytes(bytes, random);
  if (name.endsWith(".jsonl")) return mutateJsonLines(bytes, random);
  return random.chance(0.5)
    ? mutateSafetensors(bytes, random)
    : mutateSafetensorsBody(bytes, random);
}

/** Writes into the manifest the size and the checksum that a damaged shard has now. */
async function sign(
  folder: string,
  { name, bytes, manifest }: CorpusFile & { manifest: string },
): Promise<void> {
  const parsed = JSON.parse(manifest);
  for (const entry of [parsed.shards, parsed.images, parsed.views.shards].flat()) {
    if (entry.file !== name) continue;
    entry.bytes = bytes.length;
    entry.sha256 = sha256Hex(bytes);
  }
  await Deno.writeTextFile(join(folder, "manifest.json"), JSON.stringify(parsed));
  await signManifest(folder);
}

async function addViews(folder: string): Promise<void> {
  using cache = await RolloutCache.open(folder);
  const writer = await ViewWriter.open(cache, { perPhoto: 2, generatorVersion: 1, seed: 7 });
  for (const { index, paths } of writer.missingShards()) {
    await writer.writeShard(index, {
      augmentations: paths.map((of) => [1, 2].map((view) => ({ of, view }))),
      maps: Float32Array.from(paths.flatMap((path) => [...mapOf(path), ...mapOf(path)])),
    });
  }
  await writer.finish();
}

/** What a cache gives of every photo; without what a manifest no longer lists. */
async function readAll(folder: string): Promise<Record<string, string>> {
  using cache = await RolloutCache.open(folder);
  const maps = digest(await cache.readMaps(mapped));
  // What precompute would find when it goes on with the cache.
  const { settings: found } = cache.manifest;
  await CacheWriter.open(folder, { settings: { ...found, ...settings }, paths, cacheImages: true });
  const read: Record<string, string> = { paths: cache.paths.join(), maps };
  if (await imagesObstacle(cache, found.preprocessing) === undefined) {
    const images = new ImageCache(cache);
    const pixels = await Promise.all(mapped.map(async (path) => (await images.load(path)).data));
    read.pixels = pixels.map(digest).join();
  }
  if (cache.manifest.views) {
    const views = await ViewCache.open(cache);
    const all = await Promise.all(mapped.map((path) => views.read(path, 1)));
    read.views = all.map(({ map, augmentation }) => digest(map) + JSON.stringify(augmentation))
      .join();
  }
  return read;
}

function digest({ buffer, byteOffset, byteLength }: ArrayBufferView): string {
  return sha256Hex(new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength));
}
