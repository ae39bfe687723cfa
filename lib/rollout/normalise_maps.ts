/**
 * Scales rollout maps for showing and for learning from.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensor3D } from "../backend/tensors.ts";

/**
 * Divides each map by its largest value; a map that is zero everywhere stays zero, where the widely
 * used code divides 0 by 0.
 *
 * @param maps Non-negative float32 [B, gridHeight, gridWidth], B maps.
 * @returns Maps whose largest value is 1, or 0, same shape; the caller disposes them and `maps`.
 * @throws {TypeError} When `maps` has not three axes.
 */
export function normaliseMaps(maps: Tensor3D): Tensor3D {
  if (maps.rank !== 3) {
    throw new TypeError(
      `Cannot normalise maps: maps is [${maps.shape}], expected [batch, grid height, grid width]`,
    );
  }
  return tf.tidy(() => tf.divNoNan(maps, tf.max(maps, [1, 2], true)));
}
