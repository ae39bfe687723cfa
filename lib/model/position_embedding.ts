/**
 * Position embeddings for another image size.
 *
 * @module
 */
import { resampleGrid } from "../image/resize.ts";
import { float32Tensor, type HostTensor, toFloat32 } from "../weights/host_tensor.ts";

/**
 * Resamples a position embedding to another patch grid, bicubic and antialiased; the rows of prefix
 * tokens stay as they are. As timm's `resample_abs_pos_embed`.
 *
 * @param posEmbed float32, [1, prefix + rows·columns, D].
 * @param options `from` and `to` are the grids [rows, columns]; `numPrefixTokens` counts the rows before
 * the patches.
 * @returns float32, [1, prefix + to rows·to columns, D].
 */
export function resamplePositionEmbedding(
  posEmbed: HostTensor,
  { numPrefixTokens, from, to }: {
    numPrefixTokens: number;
    from: readonly [number, number];
    to: readonly [number, number];
  },
): HostTensor {
  const width = posEmbed.shape[2];
  const data = toFloat32(posEmbed);
  const prefix = data.subarray(0, numPrefixTokens * width);
  const grid = resampleGrid(data.subarray(prefix.length), [...from, width], to);
  const result = new Float32Array(prefix.length + grid.length);
  result.set(prefix);
  result.set(grid, prefix.length);
  return float32Tensor([1, result.length / width, width], result);
}
