import assert from "node:assert/strict";
import { join } from "node:path";
import { openBackend } from "../../lib/backend/open_backend.ts";
import { describeNamedModel } from "../../lib/model/model_config_file.ts";
import { describeModel, loadPretrained, locateModel } from "../../lib/model/model_source.ts";
import { sha256OfWeights } from "../../lib/model/weights_identity.ts";
import { readShardIndex } from "../../lib/weights/shard_index.ts";
import { commitOf, type RepositoryFiles } from "../weights/hub/hub_server.ts";
import { testBesideHub } from "./model_hub.ts";
import { tinyShards } from "./tiny_shards.ts";
import { assertLoadsTiny, tinyConfigFile, tinyWeightsFile } from "./tiny_files.ts";
import { tinyDescription } from "./tiny_model.ts";

await openBackend("cpu");

const weightsDir = "no/such/folder"; // nothing is downloaded unless a test says so

/** A repository of timm's layout that holds the tiny model. */
const tiny: RepositoryFiles = {
  "config.json": tinyConfigFile,
  "model.safetensors": tinyWeightsFile,
};
const commit = commitOf(tiny);
const byDefault = "timm/vit_tiny_patch16_224.augreg_in21k_ft_in1k";

testBesideHub(
  "loadPretrained() downloads a timm name from timm's repositories, once",
  { [byDefault]: tiny },
  async ({ asked, folder }) => {
    const told = new Set<string>();
    const source = {
      model: "vit_tiny_patch16_224",
      weightsDir: folder,
      onDownload: ({ file }: { file: string }) => void told.add(file),
    };
    await assertLoadsTiny(source);
    assert.deepEqual([...told], ["config.json", "model.safetensors"]);
    const before = asked();
    assert.equal(before[0], `GET /api/models/${byDefault}/revision/main`);
    await assertLoadsTiny(source);
    assert.deepEqual(asked().slice(before.length), before.slice(0, 1), "where main is now");
    const pinned = await loadPretrained({ ...source, model: `vit_tiny_patch16_224@${commit}` });
    pinned.model.dispose();
    assert.equal(pinned.commit, commit);
    assert.equal(asked().length, before.length + 1, "a commit costs no request");
  },
);

for (
  const [model, repository] of [
    ["vit_tiny_patch16_224.augreg_in21k", "timm/vit_tiny_patch16_224.augreg_in21k"],
    ["hf-hub:someone/tiny", "someone/tiny"],
    ["hf-hub:someone/tiny@v1", "someone/tiny"],
    [`vit_tiny_patch16_224@${commit}`, byDefault],
  ]
) {
  testBesideHub(
    `loadPretrained() downloads ${model}`,
    { [repository]: tiny },
    async ({ asked }) => {
      await assertLoadsTiny({ model });
      assert(asked().includes(`GET /${repository}/resolve/${commit}/config.json`), `${asked()}`);
    },
  );
}

testBesideHub(
  "locateModel() says which commit it found, and finds it again after the branch has moved",
  { "someone/tiny": tiny },
  async ({ hub }) => {
    const located = await locateModel({ model: "hf-hub:someone/tiny" });
    assert.equal(located.commit, commit);
    const moved = { ...tiny, "config.json": tinyConfigFile.replace("{", "{ ") };
    hub.behaviour.repositories = { "someone/tiny": moved };
    const now = await locateModel({ model: "hf-hub:someone/tiny" });
    assert.equal(now.commit, commitOf(moved));
    const before = await locateModel({ model: `hf-hub:someone/tiny@${commit}` });
    assert.equal(before.weightsPath, located.weightsPath);
    const fetched = hub.arrivals.filter(({ server }) => server === "content");
    assert.equal(fetched.length, 1, "weights that stayed the same are not fetched again");
  },
);

const shards = tinyShards(3);
testBesideHub(
  "loadPretrained() loads weights in several files",
  { "someone/tiny": { "config.json": tinyConfigFile, ...shards } },
  async ({ asked, folder }) => {
    const model = "hf-hub:someone/tiny";
    const { weightsPath, commit } = await locateModel({ model });
    assert(weightsPath.endsWith("model.safetensors.index.json"));
    assert.equal((await readShardIndex(weightsPath)).shards.length, 3);
    const sha256 = await sha256OfWeights(weightsPath);
    await assertLoadsTiny({ model }, { sha256 });
    const before = asked().length;
    const questions = asked().filter((it) => it.startsWith("POST "));
    assert.equal(
      questions.length,
      3,
      "about the description, the weights, and the files of the index",
    );
    await assertLoadsTiny({ model: `${model}@${commit}` }, { sha256 });
    assert.equal(asked().length, before);
    const snapshot = join(folder, "models--someone--tiny", "snapshots", commit!);
    await assertLoadsTiny({ model: `local-dir:${snapshot}` }, { sha256 });
  },
);

testBesideHub(
  "loadPretrained() says which of several files is missing",
  {
    "someone/tiny": {
      "config.json": tinyConfigFile,
      "model.safetensors.index.json": shards["model.safetensors.index.json"],
    },
  },
  async () => {
    await assert.rejects(loadPretrained({ model: "hf-hub:someone/tiny" }), {
      message: /^Cannot load someone\/tiny: model-00001-of-00003\.safetensors is missing at main/,
    });
  },
);

testBesideHub(
  "locateModel() stops its download when aborted",
  { [byDefault]: tiny },
  async ({ asked }) => {
    const reason = new Error("stopped by the user");
    const stop = new AbortController();
    const stopped = locateModel({
      model: "vit_tiny_patch16_224",
      signal: stop.signal,
      onDownload: () => stop.abort(reason),
    });
    assert.equal(await stopped.catch((error) => error), reason);
    assert(!asked().some((path) => path.endsWith("/model.safetensors")));
  },
);

testBesideHub("loadPretrained() says so when the hub has no such repository", {}, async () => {
  await assert.rejects(
    loadPretrained({ model: "hf-hub:someone/none" }),
    /^Error: Cannot load someone\/none: the answer for main is 404, .* check the name/,
  );
});

testBesideHub(
  "locateModel() refuses a mistyped name before any download",
  {},
  async ({ hub }) => {
    const cases: [source: { model: string; args?: Record<string, unknown> }, RegExp][] = [
      [{ model: "deit_tny_patch16_224" }, /did you mean deit_tiny_patch16_224\?/],
      [{ model: "deit_tiny_patch16_224@" }, /expected one @, with a branch/],
      [{ model: "hf-hub:org/name@../.." }, /revision is \.\.\/\.\., expected/],
      [{ model: "hf-hub:../name" }, /repository is \.\.\/name, expected ORG\/NAME/],
      [{ model: "deit_tiny_patch16_224", args: { img_sise: 44 } }, /img_sise=44 cannot be used/],
      [{ model: "deit_tiny_patch16_224", args: { num_heads: 5 } }, /a multiple of numHeads 5/],
    ];
    for (const [source, message] of cases) {
      await assert.rejects(locateModel({ ...source, weightsDir }), {
        name: "RangeError",
        message,
      });
    }
    assert.deepEqual(hub.arrivals, []);
  },
);

testBesideHub(
  "describeModel() needs neither weights nor, for a timm name, a network",
  { "someone/tiny": { "config.json": tinyConfigFile } },
  async ({ asked, folder }) => {
    const model = "deit_tiny_distilled_patch16_224";
    const args = { img_size: 44, patch_size: 4 };
    const named = await describeModel({ model: `${model}@v1`, args, weightsDir });
    assert.deepEqual(named, describeNamedModel(model, args));
    await Deno.writeTextFile(join(folder, "config.json"), tinyConfigFile);
    const local = { model: `local-dir:${folder}`, weightsDir };
    assert.deepEqual(await describeModel(local), tinyDescription());
    assert.deepEqual(asked(), []);
    assert.deepEqual(await describeModel({ model: "hf-hub:someone/tiny" }), tinyDescription());
    assert(asked().at(-1)!.endsWith("/config.json"));
  },
);
