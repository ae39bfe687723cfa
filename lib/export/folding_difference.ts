/**
 * How far a folded student is from the student.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensor4D } from "../backend/tensors.ts";
import { loadParameters, stateDictOf } from "../model/state_dict.ts";
import type { Student } from "../model/student.ts";
import { VisionTransformer } from "../model/vision_transformer.ts";
import { Random } from "../random/random.ts";
import type { FoldedStudent } from "./fold_projection.ts";

/** Random images that are compared. */
const IMAGES = 4;

/**
 * Compares the maps of a student and of the model that it was folded into, on the same random images.
 *
 * @returns The largest difference of a patch, in [0, 1].
 */
export async function differenceOf(
  { description: { config }, tensors }: FoldedStudent,
  student: Student,
): Promise<number> {
  const parameters = await loadParameters(config, stateDictOf("the folded student", tensors));
  const model = new VisionTransformer(config, parameters);
  const difference = tf.tidy(() => {
    const images = randomImages(config.imageSize);
    const folded = tf.sigmoid(model.forward(images, { tokens: "class" }).logits);
    const maps = tf.sigmoid(student.logits(images));
    return tf.max(tf.abs(tf.sub(folded, maps)));
  });
  try {
    return (await difference.data())[0];
  } finally {
    difference.dispose();
    model.dispose();
  }
}

/** As bright and as varied as normalised photos. */
function randomImages([height, width]: readonly [number, number]): Tensor4D {
  const random = Random.from("folding");
  const values = Float32Array.from({ length: IMAGES * height * width * 3 }, () => random.normal());
  return tf.tensor4d(values, [IMAGES, height, width, 3]);
}
