/**
 * Models small enough to be made anew in every test.
 *
 * @module
 */
import type { ModelDescription } from "../../lib/model/model_config_file.ts";
import { parameterShapes } from "../../lib/model/parameters.ts";
import { variableOf } from "../../lib/model/state_dict.ts";
import { VisionTransformer } from "../../lib/model/vision_transformer.ts";
import { defaultVitConfig, type VitConfig } from "../../lib/model/vit_config.ts";
import { Random } from "../../lib/random/random.ts";
import { timmKeyOf } from "../../lib/weights/key_map.ts";
import { float32Tensor, type HostTensor } from "../../lib/weights/safetensors.ts";

/** 3×4 patches of 4 pixels, two blocks, three classes. */
export const tinyConfig: VitConfig = {
  ...defaultVitConfig,
  imageSize: [12, 16],
  patchSize: 4,
  embedDim: 8,
  depth: 2,
  numHeads: 2,
  numClasses: 3,
};

/** Describes a model of timm's `vit_tiny_patch16_224`, made tiny. */
export function tinyDescription(config: VitConfig = tinyConfig): ModelDescription {
  return {
    architecture: "vit_tiny_patch16_224",
    tag: "augreg_in21k",
    config,
    preprocessing: {
      imageSize: config.imageSize,
      cropPct: 0.9,
      cropMode: "center",
      interpolation: "bicubic",
      mean: [0.5, 0.5, 0.5],
      std: [0.5, 0.5, 0.5],
    },
  };
}

/** Draws weights so large that every parameter shows in the output, by name and in timm's layout. */
export function tinyParameters(config: VitConfig = tinyConfig): Map<string, HostTensor> {
  const random = Random.from("tiny model");
  return new Map(
    [...parameterShapes(config)].map(([name, shape]) => {
      const size = shape.reduce((a, b) => a * b, 1);
      const data = Float32Array.from({ length: size }, () => random.normal(0, 0.5));
      return [name, float32Tensor(shape, data)];
    }),
  );
}

/** The same weights as a file of timm's holds them. */
export function tinyStateDict(config: VitConfig = tinyConfig): Map<string, HostTensor> {
  return new Map([...tinyParameters(config)].map(([name, tensor]) => [timmKeyOf(name)!, tensor]));
}

/** Puts a tiny model on the backend; the caller disposes it. */
export function tinyModel(config: VitConfig = tinyConfig): VisionTransformer {
  const variables = [...tinyParameters(config)]
    .map(([name, tensor]) => [name, variableOf(name, tensor)] as const);
  return new VisionTransformer(config, new Map(variables));
}
