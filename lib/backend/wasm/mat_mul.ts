/**
 * tfjs's matrix products on the WebAssembly heap.
 *
 * @module
 */
import type { TensorInfo } from "../tensors.ts";
import type { Gemm } from "./gemm.ts";
import type { Heap } from "./heap.ts";
import { simdKernelsOn } from "./simd_kernels.ts";

const bytes = Float32Array.BYTES_PER_ELEMENT;

/** Operands of a product, and which of them are stored transposed. */
export interface Operands {
  /** float32, [..., M, K], or [..., K, M] when transposed. */
  readonly a: TensorInfo;
  /** float32, [..., K, N], or [..., N, K] when transposed; leading axes of 1 are repeated. */
  readonly b: TensorInfo;
  /** Whether `a` is stored transposed. */
  readonly transposeA: boolean;
  /** Whether `b` is stored transposed. */
  readonly transposeB: boolean;
  /** float32, [..., N] with leading axes of 1: what each row of the result begins with. */
  readonly bias?: TensorInfo;
}

/** Whether the operands are what {@linkcode matMul} multiplies; tfjs's own kernel takes the rest. */
export function canMultiply({ a, b, transposeB, bias }: Operands): boolean {
  const all = bias ? [a, b, bias] : [a, b];
  const columns = b.shape.at(transposeB ? -2 : -1);
  const addsRow = !bias || (bias.shape.at(-1) === columns && sizeOf(bias.shape) === columns);
  const [batchA, batchB] = [a, b].map(({ shape }) => shape.slice(0, -2));
  const broadcasts = sizeOf(batchA) === 1 || sizeOf(batchB) === 1 || `${batchA}` === `${batchB}`;
  return broadcasts && addsRow &&
    all.every(({ dtype, shape }) => dtype === "float32" && sizeOf(shape) > 0);
}

/**
 * Multiplies matrices, batch by batch, in one product where `b` is the same for all.
 *
 * @returns float32, [..., M, N].
 */
export function matMul(heap: Heap, operands: Operands, gemm: Gemm): TensorInfo {
  const { a, b, transposeA, transposeB, bias } = operands;
  const [rowsA, columnsA] = a.shape.slice(-2);
  const [rowsB, columnsB] = b.shape.slice(-2);
  const [m, k] = transposeA ? [columnsA, rowsA] : [rowsA, columnsA];
  const n = transposeB ? rowsB : columnsB;
  const [batchA, batchB] = [a, b].map(({ shape }) => sizeOf(shape.slice(0, -2)));
  const batchShape = (batchA > batchB || a.shape.length > b.shape.length ? a : b).shape.slice(
    0,
    -2,
  );
  const output = heap.output([...batchShape, m, n]);
  const c = heap.address(output);
  const batches = Math.max(batchA, batchB);
  if (bias) simdKernelsOn(heap).repeatRow(heap.address(bias), c, batches * m, n);
  const sizes = { n, k, lda: columnsA, ldb: columnsB, ldc: n };
  const product = { ...sizes, transposeA, transposeB, beta: bias ? 1 as const : 0 as const };
  const [addressA, addressB] = [heap.address(a), heap.address(b)];
  if (batchB === 1 && !transposeA) {
    gemm(heap, { ...product, m: batches * m, a: addressA, b: addressB, c });
    return output;
  }
  for (let batch = 0; batch < batches; batch++) {
    gemm(
      heap,
      {
        ...product,
        m,
        a: addressA + (batchA === 1 ? 0 : batch * m * k * bytes),
        b: addressB + (batchB === 1 ? 0 : batch * k * n * bytes),
        c: c + batch * m * n * bytes,
      },
    );
  }
  return output;
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((size, side) => size * side, 1);
}
