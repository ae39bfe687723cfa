/**
 * A BLAS library of this machine, called on the WebAssembly heap.
 *
 * @module
 */
import type { Heap } from "./heap.ts";
import type { MatrixProduct } from "./gemm.ts";

/** An opened BLAS library. */
export interface Blas {
  /** What it is, in words, e.g. `OpenBLAS 0.3.21, 2 threads`. */
  readonly description: string;
  /** Computes a matrix product, on pointers into the heap: nothing is copied. */
  gemm(heap: Heap, product: MatrixProduct): void;
}

/** Where a BLAS is looked for, the first that opens is taken. */
const candidates: Partial<Record<typeof Deno.build.os, readonly string[]>> = {
  linux: ["libopenblas.so.0", "libopenblas.so"],
  darwin: ["/System/Library/Frameworks/Accelerate.framework/Accelerate"],
  windows: ["libopenblas.dll"],
};

const symbols = {
  cblas_sgemm: {
    parameters: [
      ...["i32", "i32", "i32"], // order, transposeA, transposeB
      ...["i32", "i32", "i32"], // m, n, k
      ...["f32", "buffer", "i32", "buffer", "i32"], // alpha, A, lda, B, ldb
      ...["f32", "buffer", "i32"], // beta, C, ldc
    ] as const,
    result: "void",
  },
  openblas_get_config: { parameters: [], result: "pointer", optional: true },
  openblas_get_num_threads: { parameters: [], result: "i32", optional: true },
  openblas_set_num_threads: { parameters: ["i32"], result: "void", optional: true },
} as const;

type Library = Deno.DynamicLibrary<typeof symbols>;

/** CBLAS's names for row-major order and for operands as they are and transposed. */
const [rowMajor, asIs, transposed] = [101, 111, 112];

/** Floating-point operations below which a second thread costs more than it brings (measured). */
const singleThreadedBelow = 3e7;

/**
 * Opens a BLAS: `auto` takes OpenBLAS where it is installed, Accelerate on macOS; else the path of a
 * library that has `cblas_sgemm`.
 *
 * @param options `threads` of a large product, the library's own choice when not given.
 * @returns Nothing when `auto` finds none, or when this process may not call foreign functions.
 * @throws {Error} When a library is named but does not open.
 */
export function openBlas(
  choice: "auto" | string,
  { threads }: { threads?: number } = {},
): Blas | undefined {
  if (choice !== "auto") return describe(open(choice), { path: choice, threads });
  for (const path of candidates[globalThis.Deno?.build.os] ?? []) {
    if (Deno.permissions.querySync({ name: "ffi", path }).state !== "granted") continue;
    try {
      return describe(open(path), { path, threads });
    } catch {
      // not installed under this name
    }
  }
  return undefined;
}

function open(path: string): Library {
  try {
    return Deno.dlopen(path, symbols);
  } catch (error) {
    throw new Error(
      `Cannot open BLAS: ${path} gives "${(error as Error).message}", expected a library with ` +
        "cblas_sgemm; use --blas=auto or --blas=none",
    );
  }
}

function describe(
  { symbols }: Library,
  { path, threads = symbols.openblas_get_num_threads?.() ?? 1 }: { path: string; threads?: number },
): Blas {
  const config = symbols.openblas_get_config?.();
  const name = config
    ? new Deno.UnsafePointerView(config).getCString().split(" ").slice(0, 2).join(" ")
    : path.slice(path.lastIndexOf("/") + 1);
  return {
    description: threads > 1 ? `${name}, ${threads} threads` : name,
    gemm: gemmOf(symbols, threads),
  };
}

function gemmOf(symbols: Library["symbols"], threads: number): Blas["gemm"] {
  let threadsNow = symbols.openblas_get_num_threads?.();
  const useThreads = (wanted: number) => {
    if (wanted === threadsNow) return;
    symbols.openblas_set_num_threads?.(wanted);
    threadsNow = wanted;
  };
  return (heap, product) => {
    const { transposeA, transposeB, m, n, k, alpha = 1, beta = 0 } = product;
    const { a, lda, b, ldb, c, ldc } = product;
    useThreads(2 * m * n * k < singleThreadedBelow ? 1 : threads);
    symbols.cblas_sgemm(
      rowMajor,
      transposeA ? transposed : asIs,
      transposeB ? transposed : asIs,
      m,
      n,
      k,
      alpha,
      heap.view(a, extent(transposeA ? [k, m] : [m, k], lda)),
      lda,
      heap.view(b, extent(transposeB ? [n, k] : [k, n], ldb)),
      ldb,
      beta,
      heap.view(c, extent([m, n], ldc)),
      ldc,
    );
  };
}

/** Bytes from the first to behind the last element: a view this long keeps BLAS within the heap. */
function extent([rows, columns]: [number, number], leading: number): number {
  return ((rows - 1) * leading + columns) * Float32Array.BYTES_PER_ELEMENT;
}
