import assert from "node:assert/strict";
import { join } from "node:path";
import { parseShard, writeShard } from "../../lib/cache/shard.ts";
import { readSafetensors, serialiseSafetensors } from "../../lib/weights/safetensors.ts";
import { badPhoto, checksumOf, flipLastBit, mapOf, settings } from "./cache_support.ts";
import { testInFolder } from "../support/temporary_folder.ts";

const identity = { settings, dataset: { imageCount: 7, pathsSha256: "b".repeat(64) } };
const paths = ["b/b.jpg", "ü/x y.jpg"];
const content = {
  paths,
  skipped: [badPhoto],
  checksums: paths.map(checksumOf),
  maps: Float32Array.from(paths.flatMap((path) => [...mapOf(path)])),
};

async function shardIn(folder: string): Promise<string> {
  const file = join(folder, "shard.safetensors");
  await writeShard(file, { identity, content });
  return file;
}

testInFolder("parseShard() gives back what writeShard() was given", async (folder) => {
  const file = await shardIn(folder);
  assert.deepEqual(parseShard(await Deno.readFile(file), { file, identity }), content);
});

testInFolder(
  "writeShard() writes the checksums of the photos beside their paths",
  async (folder) => {
    const { metadata } = await readSafetensors(await shardIn(folder));
    assert.deepEqual(JSON.parse(metadata.paths), paths);
    assert.deepEqual(JSON.parse(metadata.photos), paths.map(checksumOf));
  },
);

testInFolder("parseShard() names a shard with a flipped bit in its maps", async (folder) => {
  const file = await shardIn(folder);
  await flipLastBit(file);
  const bytes = await Deno.readFile(file);
  assert.throws(() => parseShard(bytes, { file, identity }), {
    name: "SyntaxError",
    message:
      `Cannot read shard: ${file} is damaged (its CRC-32 is another than when it was written)`,
  });
});

testInFolder("parseShard() refuses changed texts and checksums that are none", async (folder) => {
  const file = await shardIn(folder);
  const { tensors, metadata } = await readSafetensors(file);
  const lies: [texts: Record<string, string>, problem: RegExp][] = [
    [{ photos: JSON.stringify(paths.map(checksumOf).reverse()) }, /CRC-32 is another/],
    [{ skipped: metadata.skipped.replace("truncated", "too large") }, /CRC-32 is another/],
    [{ paths: metadata.paths.replace("b/b", "b/c") }, /CRC-32 is another/],
    [{ crc32: "" }, /CRC-32 is another/],
    [{ photos: "" }, /does not belong to this cache \(.*JSON/],
    [{ photos: "[1]" }, /it has 1 checksums, expected 2/],
    [{ photos: "[1,4294967296]" }, /does not belong to this cache \(1: /],
    [{ photos: "[1,0.5]" }, /does not belong to this cache \(1: /],
  ];
  for (const [texts, message] of lies) {
    const bytes = serialiseSafetensors(tensors, { metadata: { ...metadata, ...texts } });
    assert.throws(() => parseShard(bytes, { file, identity }), { name: "SyntaxError", message });
  }
});
