/**
 * Attention rollout on the backend, for a batch of images.
 *
 * Shape letters: B batch, T tokens = prefix tokens + patches.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { hasKernel, runKernel } from "../backend/kernels/own_kernel.ts";
import type { Tensor2D, Tensor3D } from "../backend/tensors.ts";
import { discardSmallest } from "./discard.ts";
import {
  checkRolloutSettings,
  discardCount,
  type RolloutMode,
  type RolloutSettings,
} from "./settings.ts";

/**
 * Computes the CLS row of R = a_L ⋯ a_1 over the patches, where a_l = (A_l + I)/2, normalised as the
 * mode says, after the smallest entries of A_l were zeroed (Abnar & Zuidema 2020, arXiv:2005.00928).
 *
 * Only row 0 of R is wanted, so a row vector goes through the layers from the last to the first,
 * v ← v·a_l from v = (1, 0, …, 0): O(L·T²) where the products of matrices take O(L·T³).
 *
 * @param fused Attention of each layer with its heads fused, the first layer first, each float32
 * [B, T, T] and non-negative.
 * @returns The maps before the division by their largest value, float32 [B, gridHeight, gridWidth];
 * the caller disposes them and `fused`.
 * @throws {TypeError} When there is no layer, or shapes do not fit each other or the grid.
 * @throws {RangeError} When the mode, the ratio, the prefix or the grid is out of range.
 */
export function rollout(fused: readonly Tensor3D[], settings: RolloutSettings): Tensor3D {
  const [batch, tokens] = checkLayers(fused);
  checkRolloutSettings(settings, tokens);
  const { numPrefixTokens, grid: [gridHeight, gridWidth] } = settings;
  return tf.tidy(() =>
    clsRow(fused, settings)
      .slice([0, numPrefixTokens], [batch, gridHeight * gridWidth])
      .reshape([batch, gridHeight, gridWidth])
  );
}

/** The CLS row of R, float32 [B, T]; the caller disposes it. */
function clsRow(fused: readonly Tensor3D[], { discardRatio, mode }: RolloutSettings): Tensor2D {
  const [batch, tokens] = fused[0].shape;
  if (hasKernel("Rollout")) {
    return runKernel("Rollout", fused, { discardCount: discardCount(tokens, discardRatio), mode });
  }
  const isCls = tf.ones([batch, 1, 1]).pad<Tensor3D>([[0, 0], [0, 0], [0, tokens - 1]]);
  return fused.reduceRight(
    (row, attention) =>
      tf.tidy(() => stepThrough(discardSmallest(attention, discardRatio), { row, mode })),
    isCls,
  ).reshape([batch, tokens]);
}

/**
 * Computes row·a without making a: with the row sums s of A, a_ij is (A_ij + δ_ij)/(s_i + 1) in the
 * paper, which scales the row before the product, and (A_ij + δ_ij)/(s_j + 1) in vit-explain, after it.
 */
function stepThrough(
  attention: Tensor3D,
  { row, mode }: { row: Tensor3D; mode: RolloutMode },
): Tensor3D {
  const rowSums = tf.sum(attention, 2).add(1).expandDims(1); // [B, 1, T]
  const scaled = mode === "paper" ? row.div<Tensor3D>(rowSums) : row;
  const product = tf.matMul(scaled, attention).add<Tensor3D>(scaled);
  return mode === "paper" ? product : product.div(rowSums);
}

function checkLayers(fused: readonly Tensor3D[]): [batch: number, tokens: number] {
  if (fused.length === 0) {
    throw new TypeError("Cannot roll out attention: layers are none, expected at least one");
  }
  const [batch, tokens] = fused[0].shape;
  fused.forEach(({ shape }, layer) => {
    const fits = shape.length === 3 && shape[0] === batch && shape[1] === tokens &&
      shape[2] === tokens;
    if (!fits) {
      throw new TypeError(
        `Cannot roll out attention: layer ${layer} is [${shape}], expected [batch, tokens, tokens], ` +
          "the same for all layers",
      );
    }
  });
  return [batch, tokens];
}
