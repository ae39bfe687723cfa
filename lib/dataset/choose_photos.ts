/**
 * Which photos are looked at: those that the user names, else some of the cache.
 *
 * @module
 */
import { join, relative, resolve, sep } from "node:path";
import { isPhotoPath } from "../cache/photos.ts";
import { listImages, type ListImagesOptions } from "./image_folder.ts";
import { splitImages } from "./split.ts";
import { spread } from "./spread.ts";

/** A photo to look at. */
export interface Photo {
  /** Where it is opened. */
  readonly file: string;
  /** Its name: relative to the data set, with `/`, where it lies in it, else the file as named. */
  readonly path: string;
  /** Whether it lies in the data set, where the cache knows it by its path. */
  readonly isInDataset: boolean;
}

/** Where photos may come from. */
export interface PhotoChoice extends ListImagesOptions {
  /** Files and folders that the user names; none leaves the choice to the cache. */
  readonly named: readonly string[];
  /** The data set's folder. */
  readonly datasetPath: string;
  /** The cache's folder. */
  readonly rolloutDir: string;
  /** The photos that have a cached map, sorted; undefined without a cache. */
  readonly cachedPaths: readonly string[] | undefined;
  /** Share of the data set that no student trains on, from 0 to 1. */
  readonly holdout: number;
  /** Photos to take from the cache, or from each folder named, at most. */
  readonly count: number;
}

/**
 * Chooses photos: every file named, and `count` of each folder named, evenly spread; or, when nothing is
 * named, `count` of the cached photos that are held out, of all cached ones where none is.
 *
 * The same choice gives the same photos each time. A file that is missing is chosen too: whoever opens it
 * finds out.
 *
 * @returns Each photo once.
 * @throws {Error} When a folder named holds no photo, or nothing is named and there is no cache.
 */
export async function choosePhotos(choice: PhotoChoice): Promise<Photo[]> {
  const { named, datasetPath, rolloutDir, cachedPaths, holdout, count } = choice;
  if (named.length > 0) return await namedPhotos(choice);
  if (!cachedPaths?.length) {
    throw new Error(
      `Cannot choose photos: ${rolloutDir} holds no maps to choose by, expected a cache; name photos ` +
        "or a folder of them, or the folder where precompute has put the maps with --rollout-dir",
    );
  }
  const { heldOut } = splitImages(cachedPaths, holdout);
  const candidates = heldOut.length > 0 ? heldOut : cachedPaths;
  return spread(candidates, count).map((path) => photoAt(join(datasetPath, path), datasetPath));
}

async function namedPhotos(
  { named, datasetPath, count, onWarning }: PhotoChoice,
): Promise<Photo[]> {
  const photos = new Map<string, Photo>();
  for (const name of named) {
    const isFolder = (await Deno.stat(name).catch(() => undefined))?.isDirectory;
    const files = isFolder
      ? spread(await listImages(name, { onWarning }), count).map((path) => join(name, path))
      : [name];
    for (const file of files) photos.set(resolve(file), photoAt(file, datasetPath));
  }
  return [...photos.values()];
}

function photoAt(file: string, datasetPath: string): Photo {
  const path = relative(resolve(datasetPath), resolve(file)).replaceAll(sep, "/");
  const isInDataset = isPhotoPath(path);
  return { file, path: isInDataset ? path : file, isInDataset };
}
