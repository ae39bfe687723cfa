/**
 * A BLAS library of this machine, called on the WebAssembly heap.
 *
 * @module
 */
import { blasLibraries } from "./blas_library.ts";
import type { Heap } from "./heap.ts";
import type { MatrixProduct } from "./gemm.ts";

/** An opened BLAS library. */
export interface Blas {
  /** What it is, in words, e.g. `OpenBLAS 0.3.21, 2 threads`. */
  readonly description: string;
  /** Computes a matrix product, on pointers into the heap: nothing is copied. */
  gemm(heap: Heap, product: MatrixProduct): void;
}

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
  strncpy: { parameters: ["buffer", "pointer", "usize"], result: "pointer", optional: true },
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
  const allowed = blasLibraries(choice)
    .filter((path) => Deno.permissions.querySync({ name: "ffi", path }).state === "granted");
  if (choice !== "auto") {
    const [path = choice] = allowed;
    return describe(open(path), { path, threads });
  }
  for (const path of allowed) {
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
  const name = configOf(symbols)?.split(" ").slice(0, 2).join(" ") ??
    path.slice(path.lastIndexOf("/") + 1);
  return {
    description: threads > 1 ? `${name}, ${threads} threads` : name,
    gemm: gemmOf(symbols, threads),
  };
}

/**
 * What OpenBLAS says of itself, e.g. `OpenBLAS 0.3.21 DYNAMIC_ARCH …`. Copied by the C library that it is linked
 * with: to look at a pointer, Deno wants the permission for all libraries.
 */
function configOf({ openblas_get_config, strncpy }: Library["symbols"]): string | undefined {
  const config = openblas_get_config?.();
  if (!config || !strncpy) return undefined;
  const text = new Uint8Array(64); // the name and the version are the beginning
  strncpy(text, config, BigInt(text.length - 1));
  return new TextDecoder().decode(text.subarray(0, text.indexOf(0)));
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
