import assert from "node:assert/strict";
import { join } from "node:path";
import { openBackend } from "../../lib/backend/open_backend.ts";
import { loadPretrained } from "../../lib/model/model_source.ts";
import { saveModel } from "../../lib/model/save_model.ts";
import { readParameters } from "../../lib/model/state_dict.ts";
import { readSafetensors } from "../../lib/weights/safetensors.ts";
import { testInFolder } from "../support/temporary_folder.ts";
import { tinyConfig, tinyDescription, tinyModel, tinyStateDict } from "./tiny_model.ts";

await openBackend("cpu");

testInFolder("saveModel() writes what local-dir: loads, bit for bit", async (folder) => {
  for (const config of [tinyConfig, { ...tinyConfig, numClasses: 0, regTokens: 2 }]) {
    const model = tinyModel(config);
    const description = tinyDescription(config);
    await saveModel(folder, { model, description });
    const source = { model: `local-dir:${folder}`, weightsDir: folder };
    const loaded = await loadPretrained(source);
    assert.deepEqual(loaded.description, description);
    assert.deepEqual(
      await readParameters(config, loaded.model.parameters),
      await readParameters(config, model.parameters),
    );
    model.dispose();
    loaded.model.dispose();
  }
});

testInFolder("saveModel() writes timm's keys, and marks the file as PyTorch's", async (folder) => {
  const model = tinyModel();
  await saveModel(folder, { model, description: tinyDescription() });
  model.dispose();
  const { tensors, metadata } = await readSafetensors(join(folder, "model.safetensors"));
  assert.deepEqual([...tensors.keys()].sort(), [...tinyStateDict().keys()].sort());
  assert.deepEqual({ ...metadata }, { format: "pt" });
});
