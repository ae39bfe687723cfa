/**
 * The tiny model as files, and what loading them gives.
 *
 * @module
 */
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { sha256Hex } from "../../lib/files/sha256.ts";
import { serialiseModelFile } from "../../lib/model/model_config_file.ts";
import { loadPretrained, type ModelSource } from "../../lib/model/model_source.ts";
import { readParameters } from "../../lib/model/state_dict.ts";
import { serialiseSafetensors } from "../../lib/weights/safetensors.ts";
import { tinyConfig, tinyDescription, tinyStateDict } from "./tiny_model.ts";

/** The tiny model's `model.safetensors`. */
export const tinyWeightsFile: Uint8Array = serialiseSafetensors(tinyStateDict());

/** The tiny model's `config.json`. */
export const tinyConfigFile: string = serialiseModelFile(tinyDescription());

/** Loads a model and asserts that it is the tiny one, weights and all. */
export async function assertLoadsTiny(
  source: ModelSource,
  { sha256 = sha256Hex(tinyWeightsFile) }: { sha256?: string } = {},
): Promise<void> {
  const before = tf.memory().numTensors;
  const { model, description, weightsSha256 } = await loadPretrained(source);
  assert.deepEqual(description, tinyDescription());
  assert.deepEqual(model.config, tinyConfig);
  assert.deepEqual(await readParameters(model.config, model.parameters), tinyStateDict());
  assert.equal(weightsSha256, sha256);
  model.dispose();
  assert.equal(tf.memory().numTensors, before);
}
