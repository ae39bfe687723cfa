/**
 * Packs the benchmark for a machine without network or repository: `deno run -A tests/bench/bundle.ts DIR`,
 * then there `deno run -A DIR/bench.js`.
 *
 * Workers and WebAssembly files are found beside the module that asks for them, which is then the bundle.
 *
 * @module
 */
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
// Resolving a file of a package to a place on disk needs the package in the module graph.
import "imagescript/package.json" with { type: "json" };
import "@resvg/resvg-wasm";
import "@tensorflow/tfjs-backend-wasm/package.json" with { type: "json" };
import "dejavu-fonts-ttf/package.json" with { type: "json" };

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Files of packages that modules look for by `import.meta.resolve`: the bundle's `deno.json` maps them. */
const resolved = [
  "imagescript/wasm/any/png.wasm",
  "imagescript/wasm/any/jpeg.wasm",
  "imagescript/wasm/any/gif.wasm",
  "@resvg/resvg-wasm/index_bg.wasm",
  "dejavu-fonts-ttf/ttf/DejaVuSans.ttf",
  "dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf",
].map((name) => [name, import.meta.resolve(name)] as const);
/** Files that tfjs looks for beside itself. */
const backends = ["", "-simd", "-threaded-simd"].map((kind) =>
  import.meta.resolve(`@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm${kind}.wasm`)
);

/** tfjs looks for its WebAssembly where CommonJS says that it lies; a bundle is no CommonJS. */
const folderOfModule = "globalThis.__dirname = import.meta.dirname;";

async function bundle(module: string, output: string): Promise<void> {
  const args = ["bundle", "--quiet", "--frozen", module, "-o", output];
  const { success, stderr } = await new Deno.Command(Deno.execPath(), { args, cwd: root }).output();
  if (!success) throw new Error(`Cannot bundle ${module}: ${new TextDecoder().decode(stderr)}`);
  const code = await Deno.readTextFile(output);
  await Deno.writeTextFile(output, `${folderOfModule}\n${code}`);
}

/** The modules that `lib/` starts as workers. */
function* workersUnder(folder: string): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    const path = join(folder, name);
    if (isDirectory) yield* workersUnder(path);
    else if (name.endsWith("_worker.ts")) yield path;
  }
}

const [folder] = Deno.args;
if (!folder) throw new Error("Cannot bundle: no folder is named, expected bundle.ts DIR");
await Deno.mkdir(folder, { recursive: true });
await bundle(join(root, "tasks", "bench.ts"), join(folder, "bench.js"));
for (const worker of workersUnder(join(root, "lib"))) {
  await bundle(worker, join(folder, basename(worker)));
}
for (const url of [...resolved.map(([, url]) => url), ...backends]) {
  await Deno.copyFile(fileURLToPath(url), join(folder, basename(fileURLToPath(url))));
}
await Deno.copyFile(join(root, "tests", "bench", "peer.py"), join(folder, "peer.py"));
const imports = Object.fromEntries(resolved.map(([name]) => [name, `./${basename(name)}`]));
await Deno.writeTextFile(join(folder, "deno.json"), JSON.stringify({ imports }, null, 2) + "\n");
