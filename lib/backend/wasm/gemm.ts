/**
 * The matrix product that every other kernel builds on, whoever computes it.
 *
 * @module
 */
import type { Heap } from "./heap.ts";

/**
 * C = alpha·op(A)·op(B) + beta·C on row-major float32 matrices in the heap: op(A) is [m, k], op(B)
 * [k, n], C [m, n]. Addresses are in bytes, leading dimensions in elements.
 */
export interface MatrixProduct {
  /** Whether A is stored [k, m]. */
  readonly transposeA?: boolean;
  /** Whether B is stored [n, k]. */
  readonly transposeB?: boolean;
  /** Rows of C. */
  readonly m: number;
  /** Columns of C. */
  readonly n: number;
  /** Terms of each sum. */
  readonly k: number;
  /** Factor of the product. */
  readonly alpha?: number;
  /** Address of A. */
  readonly a: number;
  /** Elements from one stored row of A to the next. */
  readonly lda: number;
  /** Address of B. */
  readonly b: number;
  /** Elements from one stored row of B to the next. */
  readonly ldb: number;
  /** 0 to overwrite C, 1 to add to it. */
  readonly beta?: 0 | 1;
  /** Address of C. */
  readonly c: number;
  /** Elements from one row of C to the next. */
  readonly ldc: number;
}

/** Computes a matrix product in the heap. */
export type Gemm = (heap: Heap, product: MatrixProduct) => void;
