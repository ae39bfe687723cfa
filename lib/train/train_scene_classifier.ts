/**
 * The sample's own models: small vision transformers that name the hue of a scene's salient object.
 *
 * @module
 */
import { type Scene, sceneAt } from "../dataset/scenes.ts";
import type { ModelArgs } from "../model/model_args.ts";
import { describeNamedModel, type ModelDescription } from "../model/model_config_file.ts";
import { initialModel } from "../model/model_source.ts";
import { saveModel } from "../model/save_model.ts";
import { Random } from "../random/random.ts";
import { type ClassifierTraining, trainClassifier } from "./train_classifier.ts";

/** Pixels along each side of a sample scene. */
export const sceneSize = 64;
/** Hues that a sample model tells apart. */
export const hueClasses = 8;

/** Which sample model to train, and where to write it. */
export interface SceneClassifierOptions
  extends Pick<ClassifierTraining, "steps" | "batchSize" | "lr" | "onStep" | "signal"> {
  /** timm's `model_args` over `vit_tiny_patch16_224`: width, depth and heads. */
  readonly args: ModelArgs;
  /** The folder for `config.json` and `model.safetensors`. */
  readonly folder: string;
  /** Where initial weights and scenes come from. */
  readonly seed: number;
}

/** Describes a sample model: scenes of 64 pixels in patches of 8, eight hues. */
export function describeSceneClassifier(args: ModelArgs): ModelDescription {
  const described = describeNamedModel("vit_tiny_patch16_224", {
    img_size: sceneSize,
    patch_size: 8,
    num_classes: hueClasses,
    ...args,
  });
  const preprocessing = { ...described.preprocessing, cropPct: 1 }; // scenes come in the right size
  return { ...described, tag: "scenes", preprocessing };
}

/** Trains a sample model on scenes that never repeat, and writes it in timm's layout. */
export async function trainSceneClassifier(options: SceneClassifierOptions): Promise<void> {
  const { args, folder, seed } = options;
  const description = describeSceneClassifier(args);
  const model = initialModel(description.config, Random.from("scene classifier", seed));
  try {
    const example = (index: number): Scene => sceneAt(index, { seed, size: sceneSize, hueClasses });
    await trainClassifier(model, {
      ...options,
      example,
      normalisation: description.preprocessing,
    });
    await saveModel(folder, { model, description });
  } finally {
    model.dispose();
  }
}
