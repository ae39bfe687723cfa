/**
 * The kernels of `assembly/`, linked to the memory of tfjs's WebAssembly backend.
 *
 * @module
 */
import kernels from "./kernels.wasm.base64" with { type: "text" };
import type { Gemm } from "./gemm.ts";
import type { Heap } from "./heap.ts";

/** The exported functions; arguments are addresses in bytes, sizes in elements, and numbers. */
export interface SimdKernels {
  /** Documented in `assembly/`. */
  readonly [name: string]: (...numbers: number[]) => number;
}

const linked = new WeakMap<WebAssembly.Memory, SimdKernels>();

/** Whether this machine's WebAssembly has what the kernels need (relaxed SIMD). */
export function supportsSimdKernels(): boolean {
  return WebAssembly.validate(binary());
}

/** The kernels, working on this heap. */
export function simdKernelsOn(heap: Heap): SimdKernels {
  const known = linked.get(heap.memory);
  if (known) return known;
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(binary()), {
    env: { memory: heap.memory },
  });
  const functions = exports as unknown as SimdKernels;
  functions.placeConstants(heap.allocate(functions.constantsBytes())); // as long as the heap lives
  linked.set(heap.memory, functions);
  return functions;
}

function binary(): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(kernels.trim()), (character) => character.charCodeAt(0));
}

/** The matrix product where there is no BLAS. */
export const simdGemm: Gemm = (heap, product) => {
  const { transposeA, transposeB, m, n, k, alpha = 1, beta = 0 } = product;
  const { a, lda, b, ldb, c, ldc } = product;
  const { sgemm, gemmScratchBytes } = simdKernelsOn(heap);
  heap.withScratch(gemmScratchBytes(), (scratch) => {
    const flags = [Number(transposeA ?? false), Number(transposeB ?? false)];
    sgemm(...flags, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc, scratch);
  });
};
