/**
 * Compiles `assembly/` (AssemblyScript) to the WebAssembly that `simd_kernels.ts` runs.
 *
 * @module
 */
import { fileURLToPath } from "node:url";

/** Where the compiled kernels are kept, as text: a module can then carry them anywhere. */
export const compiledKernels: URL = new URL("./kernels.wasm.base64", import.meta.url);

/**
 * Compiles the kernels; the same source and compiler give the same bytes.
 *
 * @returns The WebAssembly module in base64, with a line break at its end.
 * @throws {SyntaxError} When the source does not compile; the message is the compiler's.
 */
export async function compileKernels(): Promise<string> {
  const { default: asc } = await import("assemblyscript/asc"); // asks for the environment when imported
  let binary: Uint8Array | undefined;
  const { error, stderr } = await asc.main([
    "index.ts",
    ...["--baseDir", fileURLToPath(new URL("./assembly", import.meta.url))],
    ...["--outFile", "kernels.wasm"],
    ...["--enable", "simd,relaxed-simd"],
    ...["--importMemory", "--noExportMemory", "--runtime", "stub"],
    ...["-O3", "--noAssert"],
  ], {
    writeFile: (name, content) => {
      if (name === "kernels.wasm") binary = content as Uint8Array;
    },
  });
  if (error || !binary) throw new SyntaxError(`Cannot compile kernels: ${stderr}`);
  return `${btoa(String.fromCharCode(...binary))}\n`;
}
