/**
 * Maps that know nothing of the photo: what a student must beat.
 *
 * @module
 */
import type { RolloutCache } from "../cache/rollout_cache.ts";
import { divideByMaximum } from "../rollout/divide_by_maximum.ts";

/**
 * σ of the Gaussian, as a share of each side of the grid: √0.23/2 ≈ 0.24, the horizontal spread of human
 * fixations, which Clarke & Tatler 2014 (Vision Research 102:41–51) propose as the baseline of the field:
 * variance 0.23 where the picture reaches from −1 to 1. Upright it is stretched to the grid, as in the
 * centre model of the MIT benchmark (Judd et al. 2012): what networks look at is not flattened as the
 * movements of eyes are.
 */
export const GAUSSIAN_SIGMA: number = Math.sqrt(0.23) / 2;

/**
 * A Gaussian in the middle of the grid: exp(−(x² + y²)/(2σ²)), where x and y are a patch centre's
 * distances from the middle, as shares of the grid's width and height, and σ is
 * {@linkcode GAUSSIAN_SIGMA}.
 *
 * @returns float32 [gridHeight·gridWidth]; 1 in the middle.
 */
export function centredGaussian(
  [gridHeight, gridWidth]: readonly [gridHeight: number, gridWidth: number],
): Float32Array {
  return Float32Array.from({ length: gridHeight * gridWidth }, (_, patch) => {
    const y = (Math.floor(patch / gridWidth) + 0.5) / gridHeight - 0.5;
    const x = (patch % gridWidth + 0.5) / gridWidth - 0.5;
    return Math.exp(-(x ** 2 + y ** 2) / (2 * GAUSSIAN_SIGMA ** 2));
  });
}

/**
 * The mean of the teacher's maps, each divided by its maximum: of all maps that do not look at the photo,
 * the one with the least cross-entropy.
 *
 * @param cache The teacher's maps.
 * @param options `paths` of the photos to take, at least one; `signal` stops the reading.
 * @returns float32 [gridHeight·gridWidth], in [0, 1].
 * @throws The signal's reason, when it was aborted; what {@linkcode RolloutCache.readMap} throws.
 */
export async function meanMap(
  cache: Pick<RolloutCache, "readMap">,
  { paths, signal }: { paths: readonly string[]; signal?: AbortSignal },
): Promise<Float32Array> {
  const sums: number[] = [];
  for (const path of paths) {
    signal?.throwIfAborted();
    const map = divideByMaximum(await cache.readMap(path));
    map.forEach((value, patch) => sums[patch] = (sums[patch] ?? 0) + value);
  }
  return Float32Array.from(sums, (sum) => sum / paths.length);
}
