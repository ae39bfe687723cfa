import assert from "node:assert/strict";
import { join } from "node:path";
import { openBackend } from "../../lib/backend/open_backend.ts";
import { openWeightsFile } from "../../lib/model/weights_file.ts";
import { sha256OfWeights, sizeOfWeights } from "../../lib/model/weights_identity.ts";
import { sha256Hex } from "../../lib/files/sha256.ts";
import { testInFolder } from "../support/temporary_folder.ts";
import { bytesOf } from "../weights/hub/hub_server.ts";
import { assertLoadsTiny, tinyConfigFile, tinyWeightsFile } from "./tiny_files.ts";
import { tinyStateDict } from "./tiny_model.ts";
import { tinyShards } from "./tiny_shards.ts";

await openBackend("cpu");

const INDEX = "model.safetensors.index.json";

async function write(folder: string, files: Record<string, Uint8Array | string>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await Deno.writeFile(join(folder, name), bytesOf(content));
  }
}

testInFolder("loadPretrained() loads a folder's weights from several files", async (folder) => {
  const shards = tinyShards(2);
  await write(folder, { "config.json": tinyConfigFile, ...shards });
  const names = Object.keys(shards).filter((name) => name !== INDEX);
  const list = names.map((name) => `${sha256Hex(bytesOf(shards[name]))}  ${name}\n`).join("");
  const sha256 = sha256Hex(list);
  assert.equal(await sha256OfWeights(join(folder, INDEX)), sha256);
  const sizes = names.map((name) => shards[name].length);
  assert.equal(await sizeOfWeights(join(folder, INDEX)), sizes[0] + sizes[1]);
  await assertLoadsTiny({ model: `local-dir:${folder}` }, { sha256 });
  await assertLoadsTiny({ model: join(folder, INDEX) }, { sha256 });
});

testInFolder("loadPretrained() prefers one file to several", async (folder) => {
  await write(folder, { "config.json": tinyConfigFile, ...tinyShards(2) });
  await write(folder, { "model.safetensors": tinyWeightsFile });
  await assertLoadsTiny({ model: `local-dir:${folder}` });
});

testInFolder("openWeightsFile() reads one tensor after the other", async (folder) => {
  await write(folder, tinyShards(3));
  using weights = await openWeightsFile(join(folder, INDEX));
  const expected = tinyStateDict();
  assert.deepEqual([...weights.shapes.keys()].sort(), [...expected.keys()].sort());
  for (const [key, tensor] of expected) assert.deepEqual(await weights.read(key), tensor);
});

testInFolder("openWeightsFile() names a file that is missing", async (folder) => {
  await write(folder, tinyShards(3));
  await Deno.remove(join(folder, "model-00002-of-00003.safetensors"));
  await assert.rejects(openWeightsFile(join(folder, INDEX)), {
    message:
      "Cannot load weights: model-00002-of-00003.safetensors is missing, expected it beside " +
      `${join(folder, INDEX)}, which names it`,
  });
});

testInFolder("openWeightsFile() says where index and files disagree", async (folder) => {
  const shards = tinyShards(2);
  const [first, second] = Object.keys(shards);
  const [key] = [...tinyStateDict().keys()];
  await write(folder, { ...shards, [second]: shards[first] });
  await assert.rejects(openWeightsFile(join(folder, INDEX)), (error: Error) => {
    assert.equal(error.name, "SyntaxError");
    assert.match(error.message, /^Cannot load weights: .*index\.json and its files disagree: /);
    assert.match(error.message, /; and \d+ more; expected the files that it was written with$/);
    return true;
  });
  const index = JSON.parse(String(shards[INDEX]));
  delete index.weight_map[key];
  await write(folder, { ...shards, [INDEX]: JSON.stringify(index) });
  await assert.rejects(openWeightsFile(join(folder, INDEX)), {
    message: `Cannot load weights: ${join(folder, INDEX)} and its files disagree: ${key} is in ` +
      `${first}, of which it says nothing; expected the files that it was written with`,
  });
});
