import assert from "node:assert/strict";
import { join } from "node:path";
import { isShardIndex, readShardIndex } from "../../lib/weights/shard_index.ts";
import { testInFolder } from "../support/temporary_folder.ts";

async function write(folder: string, map: unknown, whole = "model.safetensors"): Promise<string> {
  const path = join(folder, `${whole}.index.json`);
  await Deno.writeTextFile(path, JSON.stringify({ metadata: { total_size: 9 }, weight_map: map }));
  return path;
}

testInFolder("readShardIndex() tells which tensor is in which file", async (folder) => {
  const map = { b: "model-00002-of-00002.safetensors", a: "model-00001-of-00002.safetensors" };
  const path = await write(folder, map);
  assert(isShardIndex(path));
  const { shards, shardOf } = await readShardIndex(path);
  assert.deepEqual(shards, [map.a, map.b]);
  assert.deepEqual(Object.fromEntries(shardOf), map);
  const torch = await write(folder, { a: "pytorch_model-1.bin" }, "pytorch_model.bin");
  assert.deepEqual((await readShardIndex(torch)).shards, ["pytorch_model-1.bin"]);
  const bare = await write(folder, { a: "tiny.bits" }, "weights");
  await assert.rejects(readShardIndex(bare), { message: /a name that ends in \.safetensors/ });
});

testInFolder("readShardIndex() refuses names that are of no file beside it", async (folder) => {
  const names = [
    "../model.safetensors",
    "/etc/model.safetensors",
    "sub/model.safetensors",
    "..\\model.safetensors",
    "model.bin",
    "model.safetensors\n",
    ".model.safetensors",
    "",
    "m".repeat(300) + ".safetensors",
  ];
  for (const name of names) {
    const path = await write(folder, { a: "model.safetensors", b: name });
    await assert.rejects(readShardIndex(path), (error: Error) => {
      assert.equal(error.name, "SyntaxError", name);
      assert(error.message.startsWith(`Cannot read ${path}: a file is `), error.message);
      assert(!/\n/.test(error.message) && error.message.length < 600, error.message);
      return true;
    });
  }
});

testInFolder("readShardIndex() refuses what is no index", async (folder) => {
  for (const map of [undefined, null, [], { a: 1 }, "x"]) {
    await assert.rejects(readShardIndex(await write(folder, map)), {
      name: "SyntaxError",
      message: /index\.json: weight_map/,
    });
  }
  await assert.rejects(readShardIndex(await write(folder, {})), { message: /it names 0 files/ });
  const many = Object.fromEntries(
    Array.from({ length: 501 }, (_, n) => [`t${n}`, `m${n}.safetensors`]),
  );
  await assert.rejects(readShardIndex(await write(folder, many)), {
    message: /it names 501 files/,
  });
});
