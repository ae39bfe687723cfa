/**
 * The house: which file may import which, and what only the tasks may do.
 */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { dirname, join, normalize, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { testWith } from "./support/permissions.ts";

/** The rooms from the ground up; a file imports its own room or a lower floor. */
const floors: readonly (readonly string[])[] = [
  ["deno.json", "lib/files", "lib/random", "lib/metrics", "lib/threads"],
  ["lib/config", "lib/weights", "lib/backend", "lib/image"],
  ["lib/model", "lib/rollout", "lib/cache", "lib/run", "lib/glimpses"],
  ["lib/dataset", "lib/teacher"],
  [
    ...["lib/precompute", "lib/train", "lib/evaluate", "lib/visualise", "lib/explore"],
    ...["lib/report", "lib/export", "lib/browser"],
  ],
  ["tests/bench"], // the benchmark, which a task runs
  ["tasks", "mod.ts"],
];

const root = fileURLToPath(new URL("../", import.meta.url));

interface SourceFile {
  /** Relative to the repository, with `/`. */
  readonly path: string;
  readonly text: string;
  /** The text without comments. */
  readonly code: string;
  /** What it imports: the specifiers as written. */
  readonly imports: readonly string[];
}

function readSources(folder: string): SourceFile[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => readSource(`${folder}/${name.replaceAll(sep, "/")}`));
}

function readSource(path: string): SourceFile {
  const text = Deno.readTextFileSync(join(root, path));
  const code = text.replaceAll(/\/\*[\s\S]*?\*\//g, "").replaceAll(/(^|\s)\/\/.*$/gm, "");
  const importing =
    /\b(?:from|import)\s*\(?\s*"([^"]+)"|new URL\("([^"]+\.ts)", import\.meta\.url\)/g;
  const imports = [...code.matchAll(importing)].map(([, module, file]) => module ?? file);
  return { path, text, code, imports };
}

function readHouse(): SourceFile[] {
  const bench = readSources("tests/bench").filter(({ path }) => !isTestSupport(path));
  return [...readSources("lib"), ...bench, ...readSources("tasks"), readSource("mod.ts")];
}

/** Tests of the benchmark and what they share: no task runs them. */
function isTestSupport(path: string): boolean {
  return /_test\.ts$|_support\.ts$|\/fake_/.test(path);
}

function roomOf(path: string): string | undefined {
  return floors.flat().find((room) => path === room || path.startsWith(`${room}/`));
}

function floorOf(room: string): number {
  return floors.findIndex((rooms) => rooms.includes(room));
}

/** Why a file may not import another; undefined when it may. */
function objection(path: string, specifier: string): string | undefined {
  if (!specifier.startsWith(".")) return undefined;
  const target = normalize(join(dirname(path), specifier)).replaceAll(sep, "/");
  const [from, to] = [roomOf(path), roomOf(target)];
  if (from === undefined) return `${path} is in no room`;
  if (to === undefined) return `${path} imports ${target}, which is in no room`;
  if (from === to || floorOf(to) < floorOf(from)) return undefined;
  return `${path} (floor ${floorOf(from)}) imports ${target} (floor ${floorOf(to)})`;
}

testWith(["read"], "every file imports its own room or a lower floor", () => {
  const objections = readHouse().flatMap(({ path, imports }) =>
    imports.map((specifier) => objection(path, specifier)).filter((it) => it !== undefined)
  );
  assert.deepEqual(objections, []);
});

testWith(["read"], "objection() sees imports that go up or across", () => {
  assert.equal(objection("lib/model/a.ts", "../weights/b.ts"), undefined);
  assert.equal(objection("lib/model/a.ts", "./b.ts"), undefined);
  assert.equal(objection("tasks/terminal/a.ts", "../../lib/train/b.ts"), undefined);
  assert.equal(objection("lib/model/a.ts", "zod"), undefined);
  const refused: [path: string, specifier: string][] = [
    ["lib/model/a.ts", "../cache/b.ts"],
    ["lib/train/a.ts", "../evaluate/b.ts"],
    ["lib/weights/a.ts", "../model/b.ts"],
    ["lib/train/a.ts", "../../tasks/b.ts"],
    ["mod.ts", "./tasks/b.ts"],
    ["tests/bench/a.ts", "../../tasks/b.ts"],
    ["lib/train/a.ts", "../../tests/bench/b.ts"],
    ["tasks/a.ts", "../tests/support/b.ts"],
    ["lib/model/a.ts", "../attic/b.ts"],
    ["lib/attic/a.ts", "../files/b.ts"],
    ["lib/stray.ts", "./files/b.ts"],
  ];
  for (const [path, specifier] of refused) assert(objection(path, specifier), specifier);
});

testWith(["read"], "imports are found wherever they stand", () => {
  const { imports } = readSource("lib/backend/open_backend.ts");
  assert.deepEqual(imports, [
    "@tensorflow/tfjs",
    "@tensorflow/tfjs-backend-wasm", // from here on where they are needed
    "./wasm/use_own_kernels.ts",
    "@tensorflow/tfjs-backend-webgpu",
    "./webgpu/choose_precision.ts",
    "./webgpu/watch_device.ts",
    "./webgpu/register.ts",
  ]);
});

testWith(
  ["read"],
  "everything comes from npm or Node: no import is a URL, none is from JSR",
  () => {
    const files = [...readHouse(), ...readSources("tests")];
    const foreign = files.flatMap(({ path, imports }) =>
      imports.filter((specifier) => /^(https?|jsr|data):/.test(specifier))
        .map((specifier) => `${path}: ${specifier}`)
    );
    assert.deepEqual(foreign, []);
    const { imports } = JSON.parse(Deno.readTextFileSync(join(root, "deno.json")));
    const pinned = Object.values<string>(imports).every((it) => /^npm:.+@\d+\.\d+\.\d+$/.test(it));
    assert(pinned, "each dependency is npm's, in an exact version");
  },
);

testWith(["read"], "lib/ leaves arguments, exit codes and the console to the tasks", () => {
  const users = readSources("lib")
    .filter(({ code }) => /\bDeno\.(args|exit|exitCode)\b|\bconsole\b|\bprocess\./.test(code))
    .map(({ path }) => path);
  assert.deepEqual(users, []);
});

/** What is set once, whoever asks first, and the replica that a worker's own thread computes with. */
const setOnce = [
  "lib/backend/wasm/assembly/exponential.ts", // WebAssembly of which each heap has an instance
  "lib/image/rasterise.ts",
  "lib/teacher/teacher_worker.ts",
  "lib/train/student_worker.ts",
];

testWith(["read"], "lib/ keeps no state but tfjs's", () => {
  const keepers = readSources("lib")
    .filter(({ code }) => /^(export )?(let|var)\b/m.test(code))
    .map(({ path }) => path);
  assert.deepEqual(keepers.sort(), setOnce);
});

testWith(["read"], "no file of lib/ is longer than 200 lines", () => {
  const long = readSources("lib")
    .map(({ path, text }) => ({ path, lines: text.split("\n").length - 1 }))
    .filter(({ lines }) => lines > 200);
  assert.deepEqual(long, []);
});
