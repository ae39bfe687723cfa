/**
 * Finds the photos of a data set: a folder, read recursively.
 *
 * @module
 */
import { join } from "node:path";

/** What the decoder reads, by the ending of the name in any case. */
const PHOTO_NAME = /\.(jpe?g|png|gif)$/i;

/**
 * Lists the photos under a folder.
 *
 * Names that begin with a dot are passed over. Symbolic links are followed, except back into a
 * folder that holds them; a dangling one with a photo's name is listed, for the decoder to name.
 *
 * @returns Paths relative to the folder, with `/`, in order of their UTF-16 code units.
 * @throws {Error} When the folder is missing, is a file, or holds no photo.
 */
export async function listImages(folder: string): Promise<string[]> {
  if (!await isFolder(folder)) {
    throw new Error(
      `Cannot list photos: ${folder} is no folder; make it and put photos there, ` +
        "or name another with --dataset-path",
    );
  }
  const paths = await Array.fromAsync(photosUnder(folder, { prefix: "", ancestors: new Set() }));
  if (paths.length === 0) {
    throw new Error(
      `Cannot list photos: ${folder} holds none (.jpg .jpeg .png .gif); ` +
        "put photos there, or name another folder with --dataset-path",
    );
  }
  return paths.sort(); // without a comparison function: by code units, whatever the locale
}

async function* photosUnder(
  folder: string,
  { prefix, ancestors }: { prefix: string; ancestors: ReadonlySet<string> },
): AsyncGenerator<string> {
  const real = await Deno.realPath(folder);
  if (ancestors.has(real)) return; // a link led back up: a loop
  const within = { ancestors: new Set([...ancestors, real]) };
  for await (const entry of Deno.readDir(folder)) {
    if (entry.name.startsWith(".")) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory || entry.isSymlink && await isFolder(path)) {
      yield* photosUnder(path, { prefix: `${prefix}${entry.name}/`, ...within });
    } else if (PHOTO_NAME.test(entry.name)) {
      yield prefix + entry.name;
    }
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isDirectory;
  } catch (error) {
    const leadsNowhere = error instanceof Deno.errors.NotFound ||
      error instanceof Deno.errors.FilesystemLoop;
    if (leadsNowhere) return false;
    throw error;
  }
}
