import assert from "node:assert/strict";
import { join } from "node:path";
import { Random } from "../../lib/random/random.ts";
import { parseChecksummed } from "../../lib/weights/checksum.ts";
import { readChecksummed, writeChecksummed } from "../../lib/weights/checksummed_file.ts";
import { float32Tensor, readSafetensors, writeSafetensors } from "../../lib/weights/safetensors.ts";
import { testInFolder } from "../support/temporary_folder.ts";

const content = {
  tensors: new Map([
    ["b", float32Tensor([2, 2], Float32Array.of(1, -0, NaN, 4))],
    ["a", float32Tensor([3], Float32Array.of(5, 6, 7))],
  ]),
  metadata: { step: "12", note: "ä" },
};

async function written(folder: string): Promise<string> {
  const path = join(folder, "x.safetensors");
  await writeChecksummed(path, content.tensors, content);
  return path;
}

testInFolder("readChecksummed() gives back what writeChecksummed() wrote", async (folder) => {
  const { tensors, metadata } = await readChecksummed(await written(folder));
  assert.deepEqual(metadata, content.metadata);
  assert.deepEqual(new Map(tensors), content.tensors);
});

testInFolder("readChecksummed() finds each flipped bit, or reads the same", async (folder) => {
  const path = await written(folder);
  const whole = await Deno.readFile(path);
  const random = Random.from("flipped bits");
  const tally = { found: 0, same: 0 };
  for (let byte = 0; byte < whole.length; byte++) {
    const damaged = whole.slice();
    damaged[byte] ^= 1 << random.integer(0, 8);
    await Deno.writeFile(path, damaged);
    try {
      const { tensors, metadata } = await readChecksummed(path);
      assert.deepEqual(metadata, content.metadata);
      assert.deepEqual(new Map(tensors), content.tensors);
      tally.same++;
    } catch (error) {
      assert.equal((error as Error).name, "SyntaxError");
      assert((error as Error).message.includes(path), (error as Error).message);
      tally.found++;
    }
  }
  assert(tally.found > whole.length - 16, JSON.stringify(tally)); // but for padding
});

testInFolder("readChecksummed() refuses a file without a checksum", async (folder) => {
  const path = join(folder, "bare.safetensors");
  await writeSafetensors(path, content.tensors, content);
  await assert.rejects(readChecksummed(path), {
    name: "SyntaxError",
    message: `Cannot read ${path}: it carries no sha256, expected a file that train wrote; ` +
      "the file is damaged or incomplete, download or make it again",
  });
});

testInFolder("writeChecksummed() leaves a file that any reader reads", async (folder) => {
  const { metadata: { sha256, ...texts } } = await readSafetensors(await written(folder));
  assert.match(sha256, /^[0-9a-f]{64}$/);
  assert.deepEqual(texts, content.metadata);
});

testInFolder(
  "parseChecksummed() reads the same from memory, and finds the same damage",
  async (folder) => {
    const path = await written(folder);
    const bytes = await Deno.readFile(path);
    const { tensors, metadata } = parseChecksummed(bytes, { name: "fetched" });
    assert.deepEqual(metadata, content.metadata);
    assert.deepEqual(new Map(tensors), content.tensors);
    bytes[bytes.length - 1] ^= 1;
    assert.throws(() => parseChecksummed(bytes, { name: "fetched" }), {
      name: "SyntaxError",
      message: /fetched: the SHA-256 of its content is [0-9a-f]{64}, expected [0-9a-f]{64}/,
    });
  },
);
