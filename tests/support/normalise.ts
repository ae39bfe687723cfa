/**
 * Normalisation as a step of its own, on the backend: what the library does while it copies pixels.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Normalisation } from "../../lib/model/pixel_tensor.ts";

/** No change: for pixels that are degraded before they are normalised. */
export const unnormalised: Normalisation = { mean: [0, 0, 0], std: [1, 1, 1] };

/** (x − mean)/std of images [B, H, W, 3] from 0 to 1; the caller disposes it. */
export function normalise(images: tf.Tensor4D, { mean, std }: Normalisation): tf.Tensor4D {
  return tf.tidy(() => images.sub(tf.tensor1d([...mean])).div(tf.tensor1d([...std])));
}
