/**
 * The sum over the rows of a matrix.
 *
 * @module
 */
import type { Tensor } from "../tensors.ts";
import { hasKernel, runKernel } from "./own_kernel.ts";

/**
 * Sums a matrix over its first axis.
 *
 * @param matrix float32, [rows, D].
 * @returns float32, [D]; the caller disposes it.
 */
export function sumRows(matrix: Tensor): Tensor {
  return hasKernel("SumRows") ? runKernel("SumRows", { matrix }) : matrix.sum(0);
}
