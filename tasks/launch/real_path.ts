/**
 * Where paths lead, also those to what is not there yet.
 *
 * @module
 */
import { basename, dirname, join } from "node:path";

/**
 * Follows all links of a path as far as it is there.
 *
 * @param path An absolute path.
 */
export async function realPathOf(path: string): Promise<string> {
  const folder = dirname(path);
  if (folder === path) return path;
  const real = await Deno.realPath(path).catch(() => undefined); // what is wrong is for the task to say
  return real ?? join(await realPathOf(folder), basename(path));
}
