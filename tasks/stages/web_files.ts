/**
 * What the page of `deno task web` consists of, and where that lies.
 *
 * @module
 */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { sampleImagesFolder, sampleStudent } from "../../lib/config/sample.ts";
import { type CheckpointChoice, findCheckpoint } from "../../lib/run/find_checkpoint.ts";
import { newestRunIfAny } from "../../lib/run/run_folder.ts";

const project = fileURLToPath(new URL("../../", import.meta.url));
const pageFolder = join(project, "tasks", "browser");
const scriptFolder = join(project, "data", "web");
const examplesFolder = join(project, sampleImagesFolder);

/** The folders that are served from, besides the student and packages. */
export const servedFolders: readonly string[] = [pageFolder, scriptFolder, examplesFolder];

/** Scenes to try a student on. */
export const examples: readonly string[] = [
  "scene-00003.png",
  "scene-00012.png",
  "scene-00030.png",
];

const tfjs = fileURLToPath(import.meta.resolve("@tensorflow/tfjs-backend-wasm"));
const decoders = ["png", "jpeg", "gif"].map((format) => `${format}.wasm`);

/** Each file by its address, but for the student. */
export const servedFiles: ReadonlyMap<string, string> = new Map([
  ["/", join(pageFolder, "index.html")],
  ["/page.css", join(pageFolder, "page.css")],
  ["/page.js", join(scriptFolder, "page.js")],
  ...["tfjs-backend-wasm.wasm", "tfjs-backend-wasm-simd.wasm"].map((name) =>
    [`/wasm/${name}`, join(dirname(tfjs), name)] as const
  ),
  ...decoders.map((name) =>
    [`/wasm/${name}`, packageFile(`imagescript/wasm/any/${name}`)] as const
  ),
  ...examples.map((name) => [`/examples/${name}`, join(examplesFolder, name)] as const),
]);

function packageFile(specifier: string): string {
  return fileURLToPath(import.meta.resolve(specifier));
}

/**
 * Finds the student to serve: as the options say, else the newest run's; the sample's where there is no run.
 *
 * @throws As {@linkcode findCheckpoint} does.
 */
export async function studentToServe(choice: CheckpointChoice): Promise<string> {
  const { checkpoint, runDir, name } = choice;
  const isNamed = (checkpoint ?? runDir ?? name) !== undefined;
  if (!isNamed && !await newestRunIfAny()) return join(project, sampleStudent);
  return await findCheckpoint(choice);
}
