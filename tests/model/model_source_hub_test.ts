import assert from "node:assert/strict";
import { join } from "node:path";
import { openBackend } from "../../lib/backend/open_backend.ts";
import { describeNamedModel } from "../../lib/model/model_config_file.ts";
import { describeModel, loadPretrained, locateModel } from "../../lib/model/model_source.ts";
import { testBesideHub } from "./file_hub.ts";
import { assertLoadsTiny, tinyConfigFile, tinyWeightsFile } from "./tiny_files.ts";
import { tinyDescription } from "./tiny_model.ts";

await openBackend("cpu");

const weightsDir = "no/such/folder"; // nothing is downloaded unless a test says so

/** A repository of timm's layout that holds the tiny model. */
function repositoryFiles(repository: string): Record<string, Uint8Array | string> {
  return {
    [`/${repository}/resolve/main/config.json`]: tinyConfigFile,
    [`/${repository}/resolve/main/model.safetensors`]: tinyWeightsFile,
  };
}

const byDefault = repositoryFiles("timm/vit_tiny_patch16_224.augreg_in21k_ft_in1k");
testBesideHub(
  "loadPretrained() downloads a timm name from timm's repositories, once",
  byDefault,
  async ({ requests, folder }) => {
    const told = new Set<string>();
    const source = {
      model: "vit_tiny_patch16_224",
      weightsDir: folder,
      onDownload: ({ file }: { file: string }) => void told.add(file),
    };
    await assertLoadsTiny(source);
    assert.deepEqual(requests, Object.keys(byDefault));
    assert.deepEqual([...told], ["config.json", "model.safetensors"]);
    await assertLoadsTiny(source);
    assert.equal(requests.length, 2, "the second time nothing is asked for");
  },
);

for (
  const [model, repository] of [
    ["vit_tiny_patch16_224.augreg_in21k", "timm/vit_tiny_patch16_224.augreg_in21k"],
    ["hf-hub:someone/tiny", "someone/tiny"],
  ]
) {
  const files = repositoryFiles(repository);
  testBesideHub(`loadPretrained() downloads ${model}`, files, async ({ requests, folder }) => {
    await assertLoadsTiny({ model, weightsDir: folder });
    assert.deepEqual(requests, Object.keys(files));
  });
}

testBesideHub(
  "locateModel() stops its download when aborted",
  byDefault,
  async ({ requests, folder }) => {
    const reason = new Error("stopped by the user");
    const stop = new AbortController();
    const stopped = locateModel({
      model: "vit_tiny_patch16_224",
      weightsDir: folder,
      signal: stop.signal,
      onDownload: () => stop.abort(reason),
    });
    assert.equal(await stopped.catch((error) => error), reason);
    assert.deepEqual(requests, Object.keys(byDefault).slice(0, 1));
  },
);

testBesideHub(
  "loadPretrained() says so when the hub has no such repository",
  {},
  async ({ folder }) => {
    await assert.rejects(
      loadPretrained({ model: "hf-hub:someone/none", weightsDir: folder }),
      /^Error: Cannot load someone\/none: the answer for config\.json is 404/,
    );
  },
);

testBesideHub(
  "locateModel() refuses a mistyped name before any download",
  {},
  async ({ requests }) => {
    const cases: [source: { model: string; args?: Record<string, unknown> }, RegExp][] = [
      [{ model: "deit_tny_patch16_224" }, /did you mean deit_tiny_patch16_224\?/],
      [{ model: "deit_tiny_patch16_224", args: { img_sise: 44 } }, /img_sise=44 cannot be used/],
      [{ model: "deit_tiny_patch16_224", args: { num_heads: 5 } }, /a multiple of numHeads 5/],
    ];
    for (const [source, message] of cases) {
      await assert.rejects(locateModel({ ...source, weightsDir }), {
        name: "RangeError",
        message,
      });
    }
    assert.deepEqual(requests, []);
  },
);

testBesideHub(
  "describeModel() needs neither weights nor, for a timm name, a network",
  { "/someone/tiny/resolve/main/config.json": tinyConfigFile },
  async ({ requests, folder }) => {
    const model = "deit_tiny_distilled_patch16_224";
    const args = { img_size: 44, patch_size: 4 };
    const named = await describeModel({ model, args, weightsDir });
    assert.deepEqual(named, describeNamedModel(model, args));
    await Deno.writeTextFile(join(folder, "config.json"), tinyConfigFile);
    const local = { model: `local-dir:${folder}`, weightsDir };
    assert.deepEqual(await describeModel(local), tinyDescription());
    assert.deepEqual(requests, []);
    const remote = { model: "hf-hub:someone/tiny", weightsDir: folder };
    assert.deepEqual(await describeModel(remote), tinyDescription());
    assert.deepEqual(requests, ["/someone/tiny/resolve/main/config.json"]);
  },
);
