/**
 * The sample's own models: small vision transformers that say something about a scene's salient object.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { type Scene, sceneAt } from "../dataset/scenes.ts";
import type { ModelArgs } from "../model/model_args.ts";
import { describeNamedModel, type ModelDescription } from "../model/model_config_file.ts";
import { initialModel } from "../model/model_source.ts";
import { saveModel } from "../model/save_model.ts";
import { Random } from "../random/random.ts";
import type { VisionTransformer } from "../model/vision_transformer.ts";
import { type ClassifierTraining, trainClassifier } from "./train_classifier.ts";

/** Pixels along each side of a sample scene. */
const sceneSize = 64;
/** Hues that a model tells apart. */
const hueClasses = 8;
/** Rows and columns of places that a model tells apart. */
const placesPerSide = 4;

/**
 * What a model says about the salient object: its `hue`, or its `hue and place` in a 4×4 grid. Like
 * ImageNet's many labels, the second makes an output that also tells where things are, which a
 * student's base needs.
 */
export type SceneQuestion = "hue" | "hue and place";

const classesOf: Record<SceneQuestion, number> = {
  "hue": hueClasses,
  "hue and place": hueClasses * placesPerSide ** 2,
};

/** Which sample model to train, and where to write it. */
export interface SceneClassifierOptions
  extends Pick<ClassifierTraining, "steps" | "batchSize" | "lr" | "onStep" | "signal"> {
  /** What it learns to say. */
  readonly question: SceneQuestion;
  /** timm's `model_args` over `vit_tiny_patch16_224`: width, depth and heads. */
  readonly args: ModelArgs;
  /** The folder for `config.json` and `model.safetensors`. */
  readonly folder: string;
  /** Where initial weights and scenes come from. */
  readonly seed: number;
}

/** Describes a sample model: scenes of 64 pixels in patches of 8. */
export function describeSceneClassifier(
  question: SceneQuestion,
  args: ModelArgs,
): ModelDescription {
  const described = describeNamedModel("vit_tiny_patch16_224", {
    img_size: sceneSize,
    patch_size: 8,
    num_classes: classesOf[question],
    ...args,
  });
  const preprocessing = { ...described.preprocessing, cropPct: 1 }; // scenes come in the right size
  return { ...described, tag: "scenes", preprocessing };
}

/** Trains a sample model on scenes that never repeat, and writes it in timm's layout. */
export async function trainSceneClassifier(options: SceneClassifierOptions): Promise<void> {
  const { question, args, folder, seed } = options;
  const description = describeSceneClassifier(question, args);
  const model = initialModel(description.config, Random.from("scene classifier", seed));
  if (question === "hue and place") enlargePositions(model);
  try {
    await trainClassifier(model, {
      ...options,
      example: (index) => {
        const scene = sceneAt(index, { seed, size: sceneSize, hueClasses });
        return { image: scene.image, label: answerOf(question, scene) };
      },
      normalisation: description.preprocessing,
    });
    await saveModel(folder, { model, description });
  } finally {
    model.dispose();
  }
}

/**
 * Starts the position embedding at σ = 0.3 instead of timm's 0.02: it would take a short training most of
 * its steps to grow that far, and no place is learnt before (0.62 against 0.17 right after 1,000 steps).
 */
function enlargePositions(model: VisionTransformer): void {
  const positions = model.parameters.get("posEmbed")!;
  tf.tidy(() => positions.assign(positions.mul(0.3 / 0.02)));
}

function answerOf(question: SceneQuestion, { label, object: { box } }: Scene): number {
  if (question === "hue") return label;
  const [row, column] = [box[0] + box[2], box[1] + box[3]]
    .map((sum) => Math.floor(sum / 2 / sceneSize * placesPerSide));
  return (label * placesPerSide + row) * placesPerSide + column;
}
