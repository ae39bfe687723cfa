/**
 * Photos that are no longer what their maps were made of.
 *
 * @module
 */
import { join } from "node:path";
import { crc32OfFile } from "../files/crc32.ts";
import { ifPresent } from "../files/if_present.ts";
import { oneLine } from "../files/one_line.ts";
import type { ShardContent } from "./shard.ts";

/** A photo, and what has become of it. */
export interface ChangedPhoto {
  /** Relative to the data set, with `/`. */
  readonly path: string;
  /** In words that follow its name: `is gone`. */
  readonly fault: string;
}

/**
 * Compares the photos of a shard of maps with what their files held when they were mapped.
 *
 * @param folder The data set's.
 */
export async function* changedPhotos(
  folder: string,
  { paths, checksums }: Pick<ShardContent, "paths" | "checksums">,
): AsyncGenerator<ChangedPhoto, void> {
  for (const [row, path] of paths.entries()) {
    const fault = await faultOf(join(folder, path), checksums[row]);
    if (fault) yield { path, fault };
  }
}

async function faultOf(file: string, expected: number): Promise<string | undefined> {
  try {
    const found = await ifPresent(crc32OfFile(file));
    if (found === undefined) return "is gone";
    return found === expected ? undefined : "has changed since its map was made";
  } catch (error) {
    return `cannot be read (${oneLine((error as Error).message)})`;
  }
}
