/**
 * Hides patches, as a masked autoencoder is trained: He et al. 2022, arXiv:2111.06377.
 *
 * @module
 */
import type { RgbImage } from "../image/rgb_image.ts";
import type { Random } from "../random/random.ts";

/** What a hidden pixel shows in a picture. */
const HIDDEN_GREY = 128;

/**
 * How many patches stay visible: ⌊numPatches·(1 − maskRatio)⌋.
 *
 * @throws {RangeError} When the ratio is not from 0 up to 1 (excluded), or leaves no patch visible.
 */
export function numVisibleOf(
  { numPatches, maskRatio }: { numPatches: number; maskRatio: number },
): number {
  const numVisible = Math.floor(numPatches * (1 - maskRatio));
  if (maskRatio >= 0 && maskRatio < 1 && numVisible >= 1) return numVisible;
  throw new RangeError(
    `Cannot hide patches: maskRatio is ${maskRatio} of ${numPatches} patches, ` +
      "expected 0 or more and at least one patch left visible",
  );
}

/**
 * Draws which patches stay visible, {@linkcode numVisibleOf} of them, each choice equally likely.
 *
 * @param random Where the choice is drawn from.
 * @param options How many patches there are, and the share to hide, in [0, 1).
 * @returns Indices of the visible patches, rising.
 * @throws {RangeError} When the ratio is not from 0 up to 1 (excluded), or leaves no patch visible.
 */
export function sampleVisiblePatches(
  random: Random,
  mask: { numPatches: number; maskRatio: number },
): Int32Array {
  const numVisible = numVisibleOf(mask);
  return Int32Array.from(random.permutation(mask.numPatches).subarray(0, numVisible)).sort();
}

/**
 * Shows what a masked student sees: the visible patches, everything else grey.
 *
 * @param image The picture; it is not changed.
 * @param visible Indices of the visible patches, row by row of the grid.
 * @param options The side of a patch; pixels beyond a whole patch are grey, for no model sees them.
 * @returns A picture of the same size.
 */
export function hidePatches(
  { width, height, data }: RgbImage,
  visible: Int32Array,
  { patchSize }: { patchSize: number },
): RgbImage {
  const gridWidth = Math.floor(width / patchSize);
  const shown = new Uint8Array(data.length).fill(HIDDEN_GREY);
  for (const patch of visible) {
    const top = Math.floor(patch / gridWidth) * patchSize;
    const left = patch % gridWidth * patchSize;
    for (let row = top; row < top + patchSize; row++) {
      const start = (row * width + left) * 3;
      const end = start + patchSize * 3;
      shown.set(data.subarray(start, end), start);
    }
  }
  return { width, height, data: shown };
}
