import assert from "node:assert/strict";
import { join } from "node:path";
import { crc32OfFile } from "../../lib/files/crc32.ts";
import { testInFolder } from "../support/temporary_folder.ts";

testInFolder("crc32OfFile() gives the check value of the algorithm", async (folder) => {
  const file = join(folder, "check");
  await Deno.writeTextFile(file, "123456789");
  assert.equal(await crc32OfFile(file), 0xcbf43926); // of CRC-32/ISO-HDLC, as catalogues of CRCs list it
});

testInFolder("crc32OfFile() reads a large file to its end, and an empty one", async (folder) => {
  const file = join(folder, "large");
  const bytes = new Uint8Array(1_000_003);
  await Deno.writeFile(file, bytes);
  const before = await crc32OfFile(file);
  bytes[bytes.length - 1] = 1;
  await Deno.writeFile(file, bytes);
  assert.notEqual(await crc32OfFile(file), before);
  await Deno.truncate(file);
  assert.equal(await crc32OfFile(file), 0);
});

testInFolder("crc32OfFile() refuses what is no file", async (folder) => {
  await assert.rejects(crc32OfFile(folder), { message: /it is a folder, expected a regular/ });
  await assert.rejects(crc32OfFile(join(folder, "missing")), Deno.errors.NotFound);
});
