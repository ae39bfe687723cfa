import assert from "node:assert/strict";
import { join } from "node:path";
import { openBackend } from "../../lib/backend/open_backend.ts";
import { describeNamedModel, serialiseModelFile } from "../../lib/model/model_config_file.ts";
import { buildFromScratch, loadPretrained, locateModel } from "../../lib/model/model_source.ts";
import { readParameters } from "../../lib/model/state_dict.ts";
import { Random } from "../../lib/random/random.ts";
import { serialiseSafetensors } from "../../lib/weights/safetensors.ts";
import { readFixture, readFixtureTensors } from "../support/fixtures.ts";
import { testInFolder } from "../support/temporary_folder.ts";
import { assertLoadsTiny, tinyConfigFile, tinyWeightsFile } from "./tiny_files.ts";
import { tinyConfig, tinyDescription, tinyStateDict } from "./tiny_model.ts";

await openBackend("cpu");

const weightsDir = "no/such/folder"; // nothing is downloaded here

testInFolder("loadPretrained() loads a folder in timm's layout", async (folder) => {
  await Deno.writeTextFile(join(folder, "config.json"), tinyConfigFile);
  await Deno.writeFile(join(folder, "model.safetensors"), tinyWeightsFile);
  await assertLoadsTiny({ model: `local-dir:${folder}`, weightsDir });
  await assertLoadsTiny({ model: join(folder, "model.safetensors"), weightsDir });
});

testInFolder("loadPretrained() loads a file that has a timm name for its own", async (folder) => {
  const args = {
    img_size: [12, 16],
    patch_size: 4,
    embed_dim: 8,
    depth: 2,
    num_heads: 2,
    num_classes: 3,
  };
  const model = join(folder, "vit_tiny_patch16_224.augreg_in21k.safetensors");
  await Deno.writeFile(model, tinyWeightsFile);
  await assertLoadsTiny({ model, args, weightsDir });
});

testInFolder("loadPretrained() loads DeiT-III as its authors saved it", async (folder) => {
  const args = {
    img_size: 64,
    patch_size: 16,
    embed_dim: 48,
    depth: 4,
    num_heads: 3,
    num_classes: 10,
  };
  const path = join(folder, "deit3_small_patch16_224-1a2b3c4d.pth");
  await Deno.writeFile(path, readFixture("torch/deit3.pth")); // under `model`, LayerScale as `gamma_1`
  const { model } = await loadPretrained({ model: path, args, weightsDir });
  const expected = readFixtureTensors("model.deit3.weights.safetensors");
  const found = await readParameters(model.config, model.parameters);
  assert.deepEqual(new Map([...found].sort()), new Map([...expected].sort()));
  model.dispose();
});

testInFolder(
  "loadPretrained() loads a folder's pytorch_model.bin, whole or split",
  async (folder) => {
    const weights = readFixtureTensors("model.deit3.weights.safetensors");
    const args = { img_size: 64, embed_dim: 48, depth: 4, num_heads: 3, num_classes: 10 };
    const description = describeNamedModel("deit3_small_patch16_224", args);
    await Deno.writeTextFile(join(folder, "config.json"), serialiseModelFile(description));
    const load = async () => {
      const { model } = await loadPretrained({ model: `local-dir:${folder}` });
      const found = await readParameters(model.config, model.parameters);
      assert.deepEqual(new Map([...found].sort()), new Map([...weights].sort()));
      model.dispose();
    };
    const whole = join(folder, "pytorch_model.bin");
    await Deno.writeFile(whole, readFixture("torch/deit3.pth"));
    await load();
    await Deno.rename(whole, join(folder, "pytorch_model-00001-of-00001.bin"));
    const map = [...weights.keys()].map((key) => [key, "pytorch_model-00001-of-00001.bin"]);
    const index = JSON.stringify({ weight_map: Object.fromEntries(map) });
    await Deno.writeTextFile(`${whole}.index.json`, index);
    await load();
  },
);

testInFolder("loadPretrained() resamples positions for another image size", async (folder) => {
  const square = { ...tinyConfig, imageSize: [16, 16] as const };
  await Deno.writeTextFile(
    join(folder, "config.json"),
    serialiseModelFile(tinyDescription(square)),
  );
  const file = serialiseSafetensors(tinyStateDict(square));
  await Deno.writeFile(join(folder, "model.safetensors"), file);
  const { model, description } = await loadPretrained({
    model: `local-dir:${folder}`,
    args: { img_size: [24, 16] },
    weightsDir,
  });
  assert.deepEqual(model.grid, [6, 4]);
  assert.deepEqual(model.parameters.get("posEmbed")!.shape, [1, 25, 8]);
  assert.deepEqual(description.preprocessing.imageSize, [24, 16]);
  model.dispose();
});

testInFolder("loadPretrained() names the file whose weights do not fit", async (folder) => {
  const stored = tinyStateDict();
  stored.delete("head.bias");
  const path = join(folder, "model.safetensors");
  await Deno.writeTextFile(join(folder, "config.json"), tinyConfigFile);
  await Deno.writeFile(path, serialiseSafetensors(stored));
  const source = { model: `local-dir:${folder}`, weightsDir };
  const message = `Cannot load weights: ${path}: missing: head.bias`;
  await assert.rejects(loadPretrained(source), { name: "SyntaxError", message });
  await Deno.writeFile(path, tinyWeightsFile.subarray(0, 100));
  await assert.rejects(loadPretrained(source), ({ name, message }: Error) => {
    return name === "SyntaxError" && message.includes(path);
  });
});

testInFolder("locateModel() names the file that is missing", async (folder) => {
  const expected = "expected timm's config.json and model.safetensors in one folder";
  const source = { model: `local-dir:${folder}`, weightsDir };
  const configPath = join(folder, "config.json");
  await assert.rejects(locateModel(source), {
    message: `Cannot load model: ${configPath} is missing, ${expected}`,
  });
  await Deno.writeTextFile(configPath, tinyConfigFile);
  await assert.rejects(locateModel(source), {
    message: `Cannot load model: ${join(folder, "model.safetensors")} is missing, ${expected}`,
  });
  const model = join(folder, "absent.safetensors");
  await assert.rejects(locateModel({ model, weightsDir }), {
    message: `Cannot load model: ${model} is missing, expected a file of weights`,
  });
});

testInFolder("locateModel() says what a lone file of weights lacks", async (folder) => {
  const model = join(folder, "mine.safetensors");
  await Deno.writeFile(model, tinyWeightsFile);
  await assert.rejects(locateModel({ model, weightsDir }), {
    message: `Cannot load model: ${join(folder, "config.json")} is missing, ` +
      `expected it there or a timm name for ${model}`,
  });
});

Deno.test("locateModel() says that timm has no weights for an untrained architecture", async () => {
  await assert.rejects(locateModel({ model: "vit_base_patch16_plus_240", weightsDir }), {
    message: "Cannot load vit_base_patch16_plus_240: timm has no weights for it; " +
      "use --from-scratch",
  });
});

Deno.test("buildFromScratch() draws the same model from the same random numbers", async () => {
  const source = {
    model: "deit_tiny_distilled_patch16_224",
    args: { img_size: 44, patch_size: 4, embed_dim: 24, depth: 1, num_classes: 5 },
    weightsDir,
  };
  const build = async (seed: number) => {
    const { model, description } = await buildFromScratch(source, Random.from("student", seed));
    const parameters = await readParameters(model.config, model.parameters);
    assert.deepEqual(model.grid, [11, 11]);
    assert.deepEqual(description, describeNamedModel(source.model, source.args));
    model.dispose();
    return parameters;
  };
  const first = await build(1);
  assert.deepEqual(await build(1), first);
  assert.notDeepEqual(await build(2), first);
  assert.deepEqual(first.get("dist_token")!.shape, [1, 1, 24]);
});
