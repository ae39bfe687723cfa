/**
 * Tells one photo that is gone from a whole data set that is.
 *
 * @module
 */
import { dirname, join } from "node:path";
import { ifPresent } from "../files/if_present.ts";

/** What keeps a single file from being read; anything else is the disk's or the network's fault. */
const ownFaults = ["EACCES", "EPERM", "ELOOP", "ENOTDIR", "ENAMETOOLONG"];

/**
 * Makes sure that a photo which could not be read is the only one: when its disk is unmounted in the middle,
 * all others must not be skipped as bad, or the cache would be completed without them.
 *
 * @param path Relative to the data set's folder, with `/`.
 * @throws {Error} When the photo's folder is gone or has become empty, or its disk does not answer.
 */
export async function requirePhotos(
  path: string,
  { datasetPath }: { datasetPath: string },
): Promise<void> {
  const folder = dirname(join(datasetPath, path));
  try {
    await ifPresent(Deno.stat(join(datasetPath, path)));
    for await (const _ of Deno.readDir(folder)) return;
    throw gone(folder, "it is empty");
  } catch (error) {
    const { code, message } = error as Error & { code?: string };
    if (ownFaults.includes(code ?? "")) return;
    throw code ? gone(folder, message) : error;
  }
}

function gone(folder: string, detail: string): Error {
  return new Error(
    `Cannot precompute: the photos in ${folder} are gone (${detail}), expected them to stay while it runs; ` +
      "bring them back, then run the same command again: what was finished stays",
  );
}
