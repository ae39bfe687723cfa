import assert from "node:assert/strict";
import { join } from "node:path";
import { CACHE_FORMAT_VERSION, readManifest } from "../../lib/cache/manifest.ts";
import { badPhoto, editFile, paths, settings, writeCache } from "./cache_support.ts";
import { testWithFiles } from "../support/permissions.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";

testWithFiles("readManifest() gives what the finished cache said of itself", async () => {
  await using folder = await temporaryFolder();
  const written = await writeCache(folder.path);
  const manifest = await readManifest(folder.path);
  assert.deepEqual(manifest, written);
  assert.equal(manifest?.complete, true);
  assert.equal(manifest?.formatVersion, CACHE_FORMAT_VERSION);
  assert.deepEqual(manifest?.settings, settings);
  assert.equal(manifest?.dataset.imageCount, paths.length);
  assert.equal(manifest?.mapCount, paths.length - 1);
  assert.deepEqual(manifest?.skipped, [badPhoto]);
  assert.deepEqual(manifest?.shards.map(({ file, rows }) => [file, rows]), [
    ["rollouts-00000-of-00003.safetensors", 3],
    ["rollouts-00001-of-00003.safetensors", 2],
    ["rollouts-00002-of-00003.safetensors", 1],
  ]);
});

testWithFiles("readManifest() gives the files of pixels where there are some", async () => {
  await using folder = await temporaryFolder();
  const written = await writeCache(folder.path, { cacheImages: true });
  const manifest = await readManifest(folder.path);
  assert.deepEqual(manifest, written);
  assert.deepEqual(manifest?.images?.map(({ file, rows }) => [file, rows]), [
    ["images-00000-of-00003.safetensors", 3],
    ["images-00001-of-00003.safetensors", 2],
    ["images-00002-of-00003.safetensors", 1],
  ]);
  assert.equal("images" in await writeCache(join(folder.path, "without")), false);
});

testWithFiles("readManifest() finds nothing in a folder without one, or in none", async () => {
  await using folder = await temporaryFolder();
  assert.equal(await readManifest(folder.path), undefined);
  assert.equal(await readManifest(join(folder.path, "missing")), undefined);
});

const damages: [what: string, from: string | RegExp, to: string, problem: RegExp][] = [
  ["half a file", /"shards[^]*/, "", /JSON/],
  ["no JSON", /[^]*/, "shards\nhere", /JSON/],
  ["another version", '"formatVersion": 2', '"formatVersion": 1', /formatVersion: /],
  ["an impossible setting", '"discardRatio": 0.9', '"discardRatio": "0.9"', /settings.*Ratio: /],
  [
    "maps larger than its files",
    /"grid": \[\s*2,/,
    '"grid": [2147483649,',
    /shards.0.bytes: is \d+, /,
  ],
  ["no checksum", /"sha256": "[^"]+"/, '"sha256": "a\\nb"', /shards.0.sha256: /],
  ["a setting missing", '"headFusion": "mean",', "", /settings.rollout.headFusion: /],
  [
    "a path out of the folder",
    '"rollouts-00001',
    '"../rollouts-00001',
    /shards.1.file: is "\.\.\//,
  ],
  ["a shard's name twice", "rollouts-00001", "rollouts-00000", /shards.1.file: .*00001-of/],
  ["a shard count for other photos", '"shardSize": 3', '"shardSize": 4', /lists 3, expected 2/],
  ["rows that do not add up", '"rows": 3', '"rows": 2', /mapCount: is 6, expected the shards' 5/],
  ["a photo too many", '"imageCount": 7', '"imageCount": 8', /skipped: lists 1, expected 2/],
  [
    "a path of pixels out of the folder",
    '"images-00001',
    '"../images-00001',
    /images.1.file: is "\.\.\//,
  ],
  [
    "a file of pixels missing",
    /,\s*\{\s*"file": "images-00002[^}]*\}/,
    "",
    /images: lists 2, expected 3/,
  ],
  [
    "other rows of pixels than of maps",
    /("images-00000-of-00003.safetensors",\s*"rows": )3/,
    "$12",
    /images.0.rows: is 2, expected the maps' 3/,
  ],
  ["a skipped path outside", '"ü.jpg"', '"../ü.jpg"', /skipped.0.path: .*inside the data set/],
];

for (const [what, from, to, problem] of damages) {
  testWithFiles(`readManifest() names file and problem of a manifest with ${what}`, async () => {
    await using folder = await temporaryFolder();
    await writeCache(folder.path, { cacheImages: true });
    const file = join(folder.path, "manifest.json");
    await editFile(file, from, to);
    await assert.rejects(readManifest(folder.path), (error: Error) => {
      assert.equal(error.name, "SyntaxError");
      assert.ok(error.message.includes(file));
      assert.match(error.message, problem);
      assert.doesNotMatch(error.message, /\n/);
      return true;
    });
  });
}
