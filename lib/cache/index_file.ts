/**
 * `index.jsonl`: where each photo's map lies, a line a photo, in order of path.
 *
 * @module
 */
import { z } from "zod";
import { parseJson, readJsonText } from "../files/json.ts";
import { isPhotoPath } from "./photos.ts";

/** The name of the index in a cache's folder. */
export const INDEX_FILE = "index.jsonl";

/** One line of the index. */
export interface IndexEntry {
  /** Relative to the data set, with `/`. */
  readonly path: string;
  /** Number of the shard, from 0. */
  readonly shard: number;
  /** Row of the shard's tensor, from 0. */
  readonly row: number;
}

const entrySchema = z.object({
  path: z.string().refine(isPhotoPath, "expected a path inside the data set"),
  shard: z.int().nonnegative(),
  row: z.int().nonnegative(),
});

/** One entry as its line of the index: `{"path":"sub/a.jpg","shard":0,"row":17}`. */
export function indexLine({ path, shard, row }: IndexEntry): string {
  return JSON.stringify({ path, shard, row }) + "\n";
}

/**
 * Reads an index.
 *
 * @throws {SyntaxError} When a line is damaged or names a path outside the data set; the message
 * names file and line.
 * @throws {Deno.errors.NotFound} When there is no such file.
 */
export async function readIndex(file: string): Promise<IndexEntry[]> {
  const lines = (await readJsonText(file)).split("\n");
  if (lines.at(-1) === "") lines.pop(); // what follows the last line break
  return lines.map((line, position) => {
    try {
      return parseJson(line, entrySchema);
    } catch (error) {
      throw new SyntaxError(
        `Cannot read cache index: line ${position + 1} of ${file} is damaged ` +
          `(${(error as Error).message}); run precompute --repair, which rewrites the index`,
      );
    }
  });
}
