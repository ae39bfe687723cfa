/**
 * The small models of `tests/fixtures/`, whose outputs timm computed.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { applyModelArgs } from "../../lib/model/model_args.ts";
import { loadParameters, stateDictOf } from "../../lib/model/state_dict.ts";
import { VisionTransformer } from "../../lib/model/vision_transformer.ts";
import { defaultVitConfig, type VitConfig } from "../../lib/model/vit_config.ts";
import { type HostTensor, parseSafetensors } from "../../lib/weights/safetensors.ts";
import { readFixture } from "./fixtures.ts";

/** Every reference model: plain, non-square, distilled, DeiT-III, headless, with registers. */
export const referenceModels = [
  "vit",
  "vit_rect",
  "deit_distilled",
  "deit3",
  "mae",
  "dinov2_reg",
] as const;

/** The architecture that a fixture's metadata describes. */
export function referenceConfig(text: string): VitConfig {
  const { class: className, distilled, num_prefix_tokens: _, ...args } = JSON.parse(text);
  return {
    ...applyModelArgs(defaultVitConfig, args),
    distilled: className === "VisionTransformerDistilled" || distilled === true,
  };
}

/** Loads a reference model; the caller disposes it. */
export async function loadReferenceModel(name: string): Promise<VisionTransformer> {
  const file = `model.${name}.weights.safetensors`;
  const { tensors, metadata } = parseSafetensors(readFixture(file), { name: file });
  const config = referenceConfig(metadata.config);
  return new VisionTransformer(config, await loadParameters(config, stateDictOf(file, tensors)));
}

/** Puts PyTorch's images [B, 3, H, W] on the backend as [B, H, W, 3]; the caller disposes them. */
export function imageTensor({ data, shape }: HostTensor): tf.Tensor4D {
  return tf.tidy(() =>
    tf.tensor4d(data as Float32Array, shape as [number, number, number, number])
      .transpose([0, 2, 3, 1])
  );
}
