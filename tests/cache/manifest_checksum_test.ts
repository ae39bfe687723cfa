import assert from "node:assert/strict";
import { join } from "node:path";
import { readManifest } from "../../lib/cache/manifest.ts";
import { checkManifestSha256, manifestSha256 } from "../../lib/cache/manifest_checksum.ts";
import { editFile, signManifest, writeCache } from "./cache_support.ts";
import { testInFolder } from "../support/temporary_folder.ts";

const manifest = { a: 1, b: { c: [1, { d: "x", e: null }], f: true } };

Deno.test("manifestSha256() does not depend on the order of keys, nor on itself", () => {
  const turned = { b: { f: true, c: [1, { e: null, d: "x" }] }, a: 1 };
  assert.equal(manifestSha256(turned), manifestSha256(manifest));
  assert.equal(manifestSha256({ sha256: "x", ...turned }), manifestSha256(manifest));
});

Deno.test("manifestSha256() changes with every value, key and place in a list", () => {
  const others = [
    { ...manifest, a: 2 },
    { ...manifest, a: "1" },
    { b: manifest.b },
    { ...manifest, more: 0 },
    { ...manifest, b: { ...manifest.b, sha256: "x" } },
    { ...manifest, b: { ...manifest.b, c: [{ d: "x", e: null }, 1] } },
    { ...manifest, b: { c: [1, { d: "x" }], f: true } },
    { ...manifest, b: { ...manifest.b, f: {} } },
    { ...manifest, b: { ...manifest.b, f: [] } },
  ];
  assert.equal(new Set([manifest, ...others].map(manifestSha256)).size, others.length + 1);
});

Deno.test("checkManifestSha256() refuses a manifest without its checksum, or with another", () => {
  checkManifestSha256({ ...manifest, sha256: manifestSha256(manifest) });
  for (const sha256 of [undefined, "0".repeat(64), manifestSha256({})]) {
    assert.throws(() => checkManifestSha256({ ...manifest, sha256 }), {
      name: "SyntaxError",
      message: /^sha256: does not fit the other fields, expected [0-9a-f]{64} if/,
    });
  }
});

const changes: [what: string, from: string | RegExp, to: string][] = [
  ["a shard's checksum", /("sha256": ")[0-9a-f]{4}/, "$1beef"],
  ["the reason of a skipped photo", "it is truncated", "it is truncatee"],
  ["a setting", '"discardRatio": 0.9', '"discardRatio": 0.8'],
  ["a field that nothing reads", /\{/, '{ "note": "", '],
];

for (const [what, from, to] of changes) {
  testInFolder(`readManifest() refuses a manifest in which ${what} was changed`, async (folder) => {
    await writeCache(folder);
    const file = join(folder, "manifest.json");
    await editFile(file, from, to);
    await assert.rejects(readManifest(folder), (error: Error) => {
      assert.ok(error.message.startsWith(`Cannot read cache manifest: ${file} is damaged or of `));
      assert.match(error.message, /\(sha256: does not fit .*; run precompute --repair/);
      return true;
    });
    await signManifest(folder);
    assert.equal((await readManifest(folder))?.complete, true); // nothing but the checksum told
  });
}

testInFolder("readManifest() takes a manifest that is spaced otherwise", async (folder) => {
  const written = await writeCache(folder);
  const file = join(folder, "manifest.json");
  await Deno.writeTextFile(file, JSON.stringify(JSON.parse(await Deno.readTextFile(file))));
  assert.deepEqual(await readManifest(folder), written);
});
