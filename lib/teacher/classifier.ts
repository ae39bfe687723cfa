/**
 * What a teacher takes a photo for.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Preprocessing } from "../image/preprocess.ts";
import type { RgbImage } from "../image/rgb_image.ts";
import { pixelTensor } from "../model/pixel_tensor.ts";
import type { VisionTransformer } from "../model/vision_transformer.ts";

/**
 * Gives the probability of each class, for each of some prepared photos.
 *
 * @returns One a photo: float32 [numClasses], which add up to 1.
 */
export type Classifier = (images: readonly RgbImage[]) => Promise<Float32Array[]>;

/**
 * Makes a classifier of a model, which stays the caller's: the softmax of its logits.
 *
 * @throws {RangeError} When the model is headless, so that it has no classes.
 */
export function createClassifier(
  model: VisionTransformer,
  { preprocessing }: { preprocessing: Preprocessing },
): Classifier {
  const { numClasses } = model.config;
  if (!numClasses) {
    throw new RangeError(
      "Cannot classify photos: the model has 0 classes, expected a teacher with a classifier",
    );
  }
  return async (images) => {
    const probabilities = tf.tidy(() => {
      const batch = pixelTensor(images.map(({ data }) => data), preprocessing);
      return tf.softmax(model.forward(batch, { tokens: "class" }).logits);
    });
    try {
      const values = await probabilities.data<"float32">();
      return images.map((_, i) => values.subarray(i * numClasses, (i + 1) * numClasses));
    } finally {
      probabilities.dispose();
    }
  };
}
