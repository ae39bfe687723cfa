/**
 * The permissions of a task: its set in `deno.json`, and what its options name.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import denoJson from "../../deno.json" with { type: "json" };
import { blasLibraries } from "../../lib/backend/wasm/blas_library.ts";
import { UsageError } from "../../lib/config/usage_error.ts";
import {
  hubSettingsFromEnvironment,
  hubTokenFile,
  hubVariables,
  tokenVariables,
} from "../../lib/weights/hub/hub_settings.ts";
import { modelAccess } from "./model_access.ts";
import type { LaunchedOptions, Needs } from "./needs.ts";
import { outputFileAccess, refuseLinksOut } from "./output_access.ts";
import { realPathOf } from "./real_path.ts";

/** Permissions by their kind, as `deno run` and `deno.json` call it: what is allowed, or all of the kind. */
export type Grants = Record<string, readonly string[] | boolean>;

/** The folder of the project. */
export const projectFolder: string = fileURLToPath(new URL("../../", import.meta.url));

/** Where Deno keeps packages: some bring WebAssembly and fonts that are read as files. */
const packagesFolder = fileURLToPath(import.meta.resolve("zod")).split(/[/\\]zod[/\\]/)[0];

/** Modules that worker threads load, and files of packages. */
const programFolders = [join(projectFolder, "lib"), packagesFolder];

const sets: Record<string, Grants> = denoJson.permissions;

/**
 * Works out what a task may do.
 *
 * @param name The task's.
 * @param needs What its options name, relative to the working directory.
 * @param options Its options; the hub's hosts, and its token, are for those alone that have something to download.
 * @throws {UsageError} When a link in an output folder leads out of it.
 * @throws As {@linkcode modelAccess} does for models that cannot be.
 */
export async function grantsOf(
  name: string,
  needs: Needs,
  options: LaunchedOptions,
): Promise<Grants> {
  const { net: hubHosts = [], env = [], ...others } = sets[name];
  const models = await Promise.all(
    (needs.models ?? []).map((model) => modelAccess(model, options)),
  );
  const downloads = models.flatMap(({ downloadFolders }) => downloadFolders);
  const folders = [...needs.folders ?? [], ...downloads].map((folder) => resolve(folder));
  for (const folder of folders) await refuseLinksOut(folder);
  const files = await Promise.all(
    (needs.files ?? []).map((file) => outputFileAccess(resolve(file))),
  );
  const write = (await Promise.all([...folders, ...files.flat()].map(namesOf))).flat();
  const named = [
    ...needs.reads ?? [],
    ...models.flatMap(({ reads }) => reads),
    ...downloads.length > 0 ? [hubTokenFile()].filter((it) => it !== undefined) : [],
    ...options.config === undefined ? [] : [options.config],
  ];
  const reads = await Promise.all(named.map((path) => namesOf(resolve(path))));
  return withoutNone({
    read: [...new Set([...programFolders, ...reads.flat().map(readable), ...write])],
    write: [...new Set(write.map(refuseComma))],
    ffi: blasOf(options).map(refuseComma),
    ...(needs.listens !== undefined && { net: [needs.listens] }),
    ...(downloads.length > 0 && { net: merge(hubHosts, hostsOf(options)) }),
    env: merge(env, [
      ...models.some(({ isOnHub }) => isOnHub) ? hubVariables : [],
      ...downloads.length > 0 ? tokenVariables : [],
    ]),
    ...others,
  });
}

/** A path, and where it leads when it, or a folder above it, is a link: a permission is for one of them alone. */
async function namesOf(path: string): Promise<string[]> {
  const real = await realPathOf(path);
  return real === path ? [path] : [path, real];
}

/** A path that may be read; a file whose name a flag cannot hold is read as one of its folder. */
function readable(path: string): string {
  return path.includes(",") ? refuseComma(dirname(path)) : path;
}

/**
 * What comes after a comma is another path to Deno, and there is no way to write a comma that is none.
 *
 * @throws {UsageError} When a path has one.
 */
function refuseComma(path: string): string {
  if (!path.includes(",")) return path;
  throw new UsageError(
    `Cannot grant permissions: ${path} has a comma in it, which Deno's flags cannot hold; name a folder without`,
  );
}

/** The library alone that multiplies matrices. */
function blasOf({ backend, blas }: LaunchedOptions): string[] {
  if (backend === "webgpu" || blas === undefined || blas === "none") return [];
  const isNamed = blas !== "auto";
  const paths = blasLibraries(blas).map((path) =>
    isNamed && /[/\\]/.test(path) ? resolve(path) : path
  );
  const lying = paths.filter((path) => isAbsolute(path));
  const found = lying.find((path) => existsSync(path)) ?? lying.find(isInSystemCache);
  return found === undefined ? [] : [found];
}

/** macOS keeps its own libraries in one cache, where no file can be found. */
function isInSystemCache(path: string): boolean {
  return path.startsWith("/System/");
}

function hostsOf({ hubHosts = [] }: LaunchedOptions): string[] {
  const { hostname, port, protocol } = new URL(hubSettingsFromEnvironment().endpoint);
  const standard = protocol === "http:" ? 80 : 443;
  return [`${hostname}:${port || standard}`, ...hubHosts.map(String)];
}

function merge(some: Grants[string], more: readonly string[]): Grants[string] {
  return some === true || [...some || [], ...more];
}

/** An empty list of a flag would mean everything. */
function withoutNone(grants: Grants): Grants {
  return Object.fromEntries(
    Object.entries(grants).filter(([, allowed]) =>
      Array.isArray(allowed) ? allowed.length > 0 : allowed
    ),
  );
}

/** The flags of `deno run` that grant permissions; nothing is asked of whoever sits at the terminal. */
export function flagsOf(grants: Grants): string[] {
  const flags = Object.entries(grants).map(([kind, allowed]) =>
    typeof allowed === "boolean" ? `--allow-${kind}` : `--allow-${kind}=${allowed.join()}`
  );
  return ["--no-prompt", ...flags];
}
