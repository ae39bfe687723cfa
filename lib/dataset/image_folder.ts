/**
 * Finds the photos of a data set: a folder, read recursively.
 *
 * @module
 */
import { join } from "node:path";
import { isPhotoPath } from "../cache/photos.ts";
import { LeftOut } from "./left_out.ts";

/** What the decoder reads, by the ending of the name in any case. */
const PHOTO_NAME = /\.(jpe?g|png|gif)$/i;

/** What stands in a name for bytes that are not UTF-8. */
const REPLACEMENT = "\ufffd";

/** How often a folder is read, by as many ways: of links to links there are soon millions. */
const MOST_VISITS = 100;

/** Who hears of what is not listed. */
export interface ListImagesOptions {
  /** Called with a line for each reason for which files or folders were left out. */
  readonly onWarning?: (message: string) => void;
}

/**
 * Lists the photos under a folder.
 *
 * Names that begin with a dot are passed over. Symbolic links are followed, except back into a
 * folder that holds them. Whatever has a photo's name is listed, a dangling link or a pipe too, for the decoder
 * to name; what cannot be listed is warned of, and so are pictures of other kinds.
 *
 * @param folder Read recursively.
 * @returns Paths relative to the folder, with `/`, in order of their UTF-16 code units.
 * @throws {Error} When the folder is missing, is a file, cannot be looked into, or holds no photo.
 */
export async function listImages(
  folder: string,
  { onWarning }: ListImagesOptions = {},
): Promise<string[]> {
  if (!await isFolder(folder)) {
    throw new Error(
      `Cannot list photos: ${folder} is no folder; make it and put photos there, ` +
        "or name another with --dataset-path",
    );
  }
  const leftOut = new LeftOut();
  const paths = await Array.fromAsync(
    photosUnder(folder, { prefix: "", ancestors: new Set(), visits: new Map(), leftOut }),
  );
  for (const line of leftOut.describe(folder)) onWarning?.(line);
  if (paths.length === 0) {
    throw new Error(
      `Cannot list photos: ${folder} holds none (.jpg .jpeg .png .gif); ` +
        "put photos there, or name another folder with --dataset-path",
    );
  }
  return paths.sort(); // without a comparison function: by code units, whatever the locale
}

interface Walk {
  /** The folder's path within the data set, with a `/` at its end. */
  readonly prefix: string;
  /** The folders above, without links. */
  readonly ancestors: ReadonlySet<string>;
  /** How often each folder has been read. */
  readonly visits: Map<string, number>;
  readonly leftOut: LeftOut;
}

async function* photosUnder(
  folder: string,
  { prefix, ancestors, ...walk }: Walk,
): AsyncGenerator<string> {
  const { leftOut, visits } = walk;
  const opened = await openFolder(folder);
  if (!opened) return leftOut.add(prefix || folder, "closed");
  const { real, entries } = opened;
  if (ancestors.has(real)) return; // a link led back up: a loop
  const visited = visits.get(real) ?? 0;
  if (visited >= MOST_VISITS) return leftOut.add(prefix, "linked");
  visits.set(real, visited + 1);
  const within = { ...walk, ancestors: new Set([...ancestors, real]) };
  for (const entry of entries) {
    if (entry.name.startsWith(".")) continue;
    const path = join(folder, entry.name);
    const place = prefix + entry.name;
    if (await isMangled(path, entry)) leftOut.add(place, "encoding");
    else if (entry.isDirectory || entry.isSymlink && await isFolder(path)) {
      yield* photosUnder(path, { prefix: `${place}/`, ...within });
    } else if (!PHOTO_NAME.test(entry.name)) leftOut.addFile(entry.name);
    else if (isPhotoPath(place)) yield place;
    else leftOut.add(place, "backslash");
  }
}

/** What a folder holds, and its path without links; nothing where it cannot be looked into, or has just gone. */
async function openFolder(
  folder: string,
): Promise<{ real: string; entries: Deno.DirEntry[] } | undefined> {
  try {
    return {
      real: await Deno.realPath(folder),
      entries: await Array.fromAsync(Deno.readDir(folder)),
    };
  } catch (error) {
    if (isObstacle(error)) return undefined;
    throw error;
  }
}

/** Whether a name is not what the disk holds, which nothing opens: Deno gives names as text alone. */
async function isMangled(path: string, { name }: Deno.DirEntry): Promise<boolean> {
  if (!name.includes(REPLACEMENT)) return false;
  try {
    await Deno.lstat(path); // a name may hold the replacement character itself
    return false;
  } catch (error) {
    return error instanceof Deno.errors.NotFound;
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isDirectory;
  } catch (error) {
    if (isObstacle(error)) return false;
    throw error;
  }
}

/** Whether a path leads nowhere, round in circles, through a file, or where this user may not go. */
function isObstacle(error: unknown): boolean {
  const { NotFound, FilesystemLoop, NotADirectory, PermissionDenied } = Deno.errors;
  return [NotFound, FilesystemLoop, NotADirectory, PermissionDenied]
    .some((kind) => error instanceof kind);
}
