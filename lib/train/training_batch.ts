/**
 * What a step learns from, on the host and on the backend.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensor2D, Tensor4D } from "../backend/tensors.ts";
import { type ViewedPhoto, viewPhotos } from "../dataset/student_view.ts";
import type { StudentDescription } from "../model/student_checkpoint.ts";
import { concatenateMaps } from "../rollout/concatenate_maps.ts";

// Shape letters: B batch, V visible patches, G = gridHeight·gridWidth.

/** A photo before its degradation, and what is to be learnt of it. */
export interface Example extends Required<ViewedPhoto> {
  /** The teacher's map divided by its maximum, [G]. */
  readonly map: Float32Array;
}

/** Examples on the backend; the caller disposes the tensors. */
export interface TrainingBatch {
  /** float32, [B, height, width, 3], normalised. */
  readonly images: Tensor4D;
  /** float32, [B, G]: the teacher's maps, each divided by its maximum. */
  readonly targets: Tensor2D;
  /** int32, [B, V]: the patches that the student sees; all when absent. */
  readonly visible?: Tensor2D;
}

/** Degrades photos as the student sees them and puts them on the backend beside their maps. */
export function makeBatch(
  examples: readonly Example[],
  description: StudentDescription,
): TrainingBatch {
  return { ...viewPhotos(examples, description), targets: targetsOf(examples, description) };
}

/**
 * Puts the examples' maps on the backend.
 *
 * @returns float32, [B, G]; the caller disposes it.
 */
export function targetsOf(
  examples: readonly Example[],
  { grid: [gridHeight, gridWidth] }: Pick<StudentDescription, "grid">,
): Tensor2D {
  const maps = concatenateMaps(examples.map(({ map }) => map));
  return tf.tensor2d(maps, [examples.length, gridHeight * gridWidth]);
}
