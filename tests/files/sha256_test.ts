import assert from "node:assert/strict";
import { join } from "node:path";
import { sha256Hex, sha256OfFile } from "../../lib/files/sha256.ts";
import { testWith } from "../support/permissions.ts";
import { testInFolder } from "../support/temporary_folder.ts";

// FIPS 180-4's examples
const ofNothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const ofAbc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

Deno.test("sha256Hex() computes the standard's examples, of text and of bytes", () => {
  assert.equal(sha256Hex(""), ofNothing);
  assert.equal(sha256Hex("abc"), ofAbc);
  assert.equal(sha256Hex(Uint8Array.of(0, 97, 98, 99).subarray(1)), ofAbc);
  assert.equal(sha256Hex("ü"), sha256Hex(Uint8Array.of(0xc3, 0xbc)));
});

testInFolder(
  "sha256OfFile() computes what sha256Hex() does of the file's bytes",
  async (folder) => {
    const path = join(folder, "file");
    await Deno.writeFile(path, new Uint8Array());
    assert.equal(await sha256OfFile(path), ofNothing);
    const bytes = Uint8Array.from({ length: 300_001 }, (_, index) => index % 251);
    await Deno.writeFile(path, bytes);
    assert.equal(await sha256OfFile(path), sha256Hex(bytes));
  },
);

testWith(["read"], "sha256OfFile() rejects when there is no such file", async () => {
  await assert.rejects(sha256OfFile("no/such/file"), Deno.errors.NotFound);
});
