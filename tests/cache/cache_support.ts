/**
 * A small cache to write, read and damage: seven photos, shards of three, one photo bad.
 *
 * @module
 */
import { join } from "node:path";
import { crc32 } from "node:zlib";
import type { CacheManifest } from "../../lib/cache/manifest.ts";
import { manifestSha256 } from "../../lib/cache/manifest_checksum.ts";
import { CacheWriter } from "../../lib/cache/cache_writer.ts";
import { RolloutCache } from "../../lib/cache/rollout_cache.ts";
import { ViewWriter } from "../../lib/cache/view_writer.ts";
import type { CacheSettings } from "../../lib/cache/settings.ts";
import { readFixture } from "../support/fixtures.ts";

/** Settings of maps of 2 × 3 patches, three photos to a shard. */
export const settings: CacheSettings = {
  teacher: { name: "deit_tiny_patch16_224", args: {}, weightsSha256: "a".repeat(64) },
  rollout: { mode: "paper", headFusion: "mean", discardRatio: 0.9 },
  preprocessing: {
    imageSize: [32, 48],
    cropPct: 0.9,
    interpolation: "bicubic",
    cropMode: "center",
    mean: [0.485, 0.456, 0.406],
    std: [0.229, 0.224, 0.225],
  },
  grid: [2, 3],
  shardSize: 3,
};

/** The photos, in order; {@linkcode badPhoto} cannot be decoded. */
export const paths = ["A.jpg", "a.jpg", "b/a.jpg", "b/b.jpg", "ü.jpg", "ü/x y.jpg", "山.png"];

/** The photo without a map, the second of shard 1. */
export const badPhoto = { path: "ü.jpg", reason: "it is truncated" };

/** The map of a photo: six values that no other photo has. */
export function mapOf(path: string): Float32Array {
  return Float32Array.from({ length: 6 }, (_, place) => paths.indexOf(path) + place / 10);
}

/** The CRC-32 of a photo's file, which no other photo has: the first is the fixture `image.0.png`. */
export function checksumOf(path: string): number {
  return (crc32(readFixture("image.0.png")) ^ paths.indexOf(path)) >>> 0;
}

/** The pixels of a photo: 32 × 48 × 3 bytes that no other photo has. */
export function pixelsOf(path: string): Uint8Array {
  return Uint8Array.from({ length: 32 * 48 * 3 }, (_, place) => place * 7 + paths.indexOf(path));
}

/** Writes what is missing of shards, `limit` of them at most. */
export async function writeShards(writer: CacheWriter, limit = Infinity): Promise<void> {
  for (const { index, missing, paths } of writer.missingShards().slice(0, limit)) {
    const good = paths.filter((path) => path !== badPhoto.path);
    if (missing !== "maps") await writer.writeImages(index, { paths: good, pixels: pixels(good) });
    if (missing === "images") continue;
    const skipped = good.length < paths.length ? [badPhoto] : [];
    const maps = Float32Array.from(good.flatMap((path) => [...mapOf(path)]));
    await writer.writeShard(index, { paths: good, skipped, checksums: good.map(checksumOf), maps });
  }
}

function pixels(paths: readonly string[]): Uint8Array {
  return Uint8Array.from(paths.flatMap((path) => [...pixelsOf(path)]));
}

/** Writes the whole cache without a break. */
export async function writeCache(
  folder: string,
  { cacheImages }: { cacheImages?: boolean } = {},
): Promise<CacheManifest> {
  const writer = await CacheWriter.open(folder, { settings, paths, cacheImages });
  await writeShards(writer);
  return await writer.finish();
}

/** Writes the whole cache with pixels, and two views of each photo: its plain map plus 100, and plus 200. */
export async function writeWithViews(folder: string): Promise<CacheManifest> {
  await writeCache(folder, { cacheImages: true });
  using cache = await RolloutCache.open(folder);
  const writer = await ViewWriter.open(cache, { perPhoto: 2, generatorVersion: 1, seed: 7 });
  for (const { index, paths } of writer.missingShards()) {
    const augmentations = paths.map((of) => [{ of, view: 1 }, { of, view: 2 }]);
    const maps = paths.flatMap((path) =>
      [100, 200].flatMap((more) => [...mapOf(path).map((value) => value + more)])
    );
    await writer.writeShard(index, { augmentations, maps: Float32Array.from(maps) });
  }
  return await writer.finish();
}

/** Every file of a folder by name, as text in which each character is a byte. */
export async function filesOf(folder: string): Promise<Record<string, string>> {
  const names = (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name).sort();
  const files = names.map(async (name) => {
    const bytes = await Deno.readFile(join(folder, name));
    return [name, new TextDecoder("latin1").decode(bytes)] as const;
  });
  return Object.fromEntries(await Promise.all(files));
}

/** Replaces a text in a file, which must be there. */
export async function editFile(file: string, from: string | RegExp, to: string): Promise<void> {
  const text = await Deno.readTextFile(file);
  const edited = text.replace(from, to);
  if (edited === text) throw new Error(`${file} has no ${from} to replace`);
  await Deno.writeTextFile(file, edited);
}

/** Puts the manifest's checksum of itself right after it was edited, as a stranger might. */
export async function signManifest(folder: string): Promise<void> {
  const file = join(folder, "manifest.json");
  const manifest = JSON.parse(await Deno.readTextFile(file));
  const signed = { ...manifest, sha256: manifestSha256(manifest) };
  await Deno.writeTextFile(file, JSON.stringify(signed, null, 2) + "\n");
}

/** Flips one bit of a file's last byte. */
export async function flipLastBit(file: string): Promise<void> {
  const bytes = await Deno.readFile(file);
  bytes[bytes.length - 1] ^= 1;
  await Deno.writeFile(file, bytes);
}
