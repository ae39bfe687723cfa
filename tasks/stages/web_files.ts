/**
 * What the page of `deno task web` consists of, and where that lies.
 *
 * @module
 */
// Resolving a file of a package to a place on disk needs the package in the module graph.
import "@tensorflow/tfjs-backend-wasm/package.json" with { type: "json" };
import "imagescript/package.json" with { type: "json" };
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { exampleScenes, examplesFolder, pageFolder, scriptFolder } from "./web_folders.ts";

/** Each file by its address, but for the student. */
export function servedFiles(): ReadonlyMap<string, string> {
  const tfjs = dirname(fileURLToPath(import.meta.resolve("@tensorflow/tfjs-backend-wasm")));
  const tfjsFiles = ["tfjs-backend-wasm.wasm", "tfjs-backend-wasm-simd.wasm"];
  return new Map([
    ["/", join(pageFolder, "index.html")],
    ["/page.css", join(pageFolder, "page.css")],
    ["/page.js", join(scriptFolder, "page.js")],
    ...tfjsFiles.map((name) => [`/wasm/${name}`, join(tfjs, name)] as const),
    ...["png", "jpeg", "gif"].map((format) => [`/wasm/${format}.wasm`, decoder(format)] as const),
    ...exampleScenes.map((name) => [`/examples/${name}`, join(examplesFolder, name)] as const),
  ]);
}

function decoder(format: string): string {
  return fileURLToPath(import.meta.resolve(`imagescript/wasm/any/${format}.wasm`));
}
