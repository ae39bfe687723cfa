/**
 * What lies under a folder, to see whether anything has changed.
 *
 * @module
 */
import { join } from "node:path";
import { sha256Hex } from "../../lib/files/sha256.ts";

/** Every path under a folder, with what a file holds, where a link leads, or that it is a folder; sorted. */
export async function snapshot(folder: string): Promise<string[]> {
  const lines: string[] = [];
  for await (const { name, isDirectory, isSymlink } of Deno.readDir(folder)) {
    const path = join(folder, name);
    if (isSymlink) lines.push(`${name} -> ${await Deno.readLink(path)}`);
    else if (isDirectory) {
      lines.push(`${name}/`, ...(await snapshot(path)).map((line) => `${name}/${line}`));
    } else lines.push(`${name} ${sha256Hex(await Deno.readFile(path))}`);
  }
  return lines.sort();
}
