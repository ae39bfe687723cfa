/**
 * What writing takes: a folder, or a file and its temporary neighbour.
 *
 * @module
 */
import { dirname, join, resolve, sep } from "node:path";
import { UsageError } from "../../lib/config/usage_error.ts";
import { onlyTemporaryOf } from "../../lib/files/atomic_write.ts";
import { explainDiskError } from "../../lib/files/disk_error.ts";
import { ifPresent } from "../../lib/files/if_present.ts";
import { realPathOf } from "./real_path.ts";

/**
 * What writing one file takes. Where its folder is missing, it is the task's to make, and all in it.
 *
 * @param file An absolute path.
 */
export async function outputFileAccess(file: string): Promise<string[]> {
  const missing = await missingFolder(dirname(file));
  return missing ? [missing] : [file, onlyTemporaryOf(file)];
}

/** The outermost folder of a path that is missing; nothing when the whole path is there. */
async function missingFolder(folder: string): Promise<string | undefined> {
  if (await reach(Deno.lstat(folder), folder)) return undefined;
  return await missingFolder(dirname(folder)) ?? folder;
}

/**
 * Makes sure that whoever may write a folder can write nothing else: permissions go by paths, and a link in the
 * folder, perhaps unpacked with a stranger's run or cache, would lead on from there.
 *
 * @param folder An absolute path, which may itself be a link.
 * @throws {UsageError} When a link in the folder leads out of it.
 */
export async function refuseLinksOut(folder: string): Promise<void> {
  const root = await reach(Deno.realPath(folder), folder);
  if (root === undefined) return;
  for await (const link of linksUnder(root)) {
    const target = await targetOf(link);
    if (target.startsWith(root + sep)) continue;
    throw new UsageError(
      `Cannot write ${folder}: ${link} is a link to ${target}, expected links within the folder alone; ` +
        "remove it, or name the folder that it leads to",
    );
  }
}

/**
 * What is looked for, where it is there.
 *
 * @throws {Error} When the path cannot be, e.g. when it leads through a file.
 */
async function reach<T>(wanted: Promise<T>, path: string): Promise<T | undefined> {
  try {
    return await ifPresent(wanted);
  } catch (error) {
    throw explainDiskError(error, { path });
  }
}

/** Where a link leads, if need be to what is not there: in a cache folder, a blob may have been deleted. */
async function targetOf(link: string): Promise<string> {
  const real = await Deno.realPath(link).catch(() => undefined);
  if (real !== undefined) return real;
  const target = await Deno.readLink(link);
  const parts = target.split(/[/\\]/);
  const names = parts.slice(parts.findIndex((part) => part !== ".." && part !== "."));
  // behind a name that is a link, .. is not the folder before it
  if (names.includes("..")) return "a place that is not there";
  return await realPathOf(resolve(dirname(link), target));
}

async function* linksUnder(folder: string): AsyncGenerator<string> {
  for await (const { name, isDirectory, isSymlink } of readFolder(folder)) {
    const path = join(folder, name);
    if (isSymlink) yield path;
    else if (isDirectory) yield* linksUnder(path);
  }
}

/** A file in the folder's place is for the task to refuse. */
async function* readFolder(folder: string): AsyncIterable<Deno.DirEntry> {
  if ((await Deno.stat(folder)).isDirectory) yield* Deno.readDir(folder);
}
