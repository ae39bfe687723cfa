/**
 * `deno task kernels`: compiles the WebAssembly kernels anew, after a change of their source.
 *
 * @module
 */
import { compiledKernels, compileKernels } from "../lib/backend/wasm/compile_kernels.ts";
import { writeFileAtomically } from "../lib/files/atomic_write.ts";
import { fileURLToPath } from "node:url";

await writeFileAtomically(fileURLToPath(compiledKernels), await compileKernels());
