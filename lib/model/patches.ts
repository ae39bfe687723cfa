/**
 * Cutting images into patches.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensor1D, Tensor2D, Tensor3D, Tensor4D } from "../backend/tensors.ts";
import { gridOf, type VitConfig } from "./vit_config.ts";

// Shape letters: B batch, P patch size, N patches.

/**
 * Cuts images into flattened patches; pixels beyond a whole patch are ignored, as in timm.
 *
 * Only tensors of four dimensions are transposed: tfjs's wasm backend is slow with more.
 *
 * @param images float32, [B, height, width, 3].
 * @returns float32, [B, N, P·P·3], rows first; the caller disposes it.
 * @throws {TypeError} When the images do not have the model's size.
 */
export function patchify(images: Tensor4D, config: VitConfig): Tensor3D {
  const [batch, height, width] = images.shape;
  if (height !== config.imageSize[0] || width !== config.imageSize[1]) {
    throw new TypeError(
      `Cannot embed images: their size is ${height}x${width}, expected ${
        config.imageSize.join("x")
      }`,
    );
  }
  const { patchSize } = config;
  const [gridHeight, gridWidth] = gridOf(config);
  const [usedHeight, usedWidth] = [gridHeight * patchSize, gridWidth * patchSize];
  const isWhole = usedHeight === height && usedWidth === width; // then nothing need be copied
  return tf.tidy(() =>
    (isWhole ? images : images.slice([0, 0, 0, 0], [batch, usedHeight, usedWidth, 3]))
      .reshape([batch * gridHeight, patchSize, gridWidth, patchSize * 3])
      .transpose([0, 2, 1, 3]) // [B·gridHeight, gridWidth, P, P·3]
      .reshape([batch, gridHeight * gridWidth, patchSize * patchSize * 3])
  );
}

/**
 * Picks each image's visible patches.
 *
 * @param patches float32, [B, N, K].
 * @param visible int32, [B, V]: the indices of the patches to keep, per image.
 * @returns float32, [B, V, K]; the caller disposes it.
 */
export function pickPatches(patches: Tensor3D, visible: Tensor2D): Tensor3D {
  const [batch, numPatches, width] = patches.shape;
  const numVisible = visible.shape[1];
  return tf.tidy(() => {
    const firstOfImage = tf.range(0, batch, 1, "int32").mul(tf.scalar(numPatches, "int32"));
    const rows = visible.add(firstOfImage.expandDims(1)).reshape<Tensor1D>([-1]).toInt();
    return tf.gather(patches.reshape([batch * numPatches, width]), rows)
      .reshape([batch, numVisible, width]);
  });
}
