/**
 * Chooses what the WebAssembly backend computes with.
 *
 * @module
 */
import { openBlas } from "./blas.ts";
import { registerWasmKernels } from "./register.ts";
import { simdGemm, supportsSimdKernels } from "./simd_kernels.ts";

/**
 * Puts our kernels in place of tfjs's slow ones, and a BLAS library under them where there is one.
 *
 * @param options `blas` is `auto`, `none`, or the path of a library; `blasThreads` are those of a large
 * product, the library's own choice when not given.
 * @returns What computes, in words; tfjs's own kernels stay where this machine lacks relaxed SIMD.
 * @throws {Error} When a library is named but does not open.
 */
export function useOwnKernels(
  { blas: choice = "auto", blasThreads }: { blas?: string; blasThreads?: number },
): string {
  if (!supportsSimdKernels()) return "without relaxed SIMD";
  const blas = choice === "none" ? undefined : openBlas(choice, { threads: blasThreads });
  registerWasmKernels(blas?.gemm ?? simdGemm);
  if (blas) return `SIMD, ${blas.description}`;
  return choice === "none" ? "SIMD" : "SIMD, no BLAS found";
}
