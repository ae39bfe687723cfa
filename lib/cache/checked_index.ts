/**
 * The index of a complete cache, held against the manifest: it follows from that but for the paths, and those
 * the manifest names by their SHA-256.
 *
 * @module
 */
import { join } from "node:path";
import { INDEX_FILE, type IndexEntry, readIndex } from "./index_file.ts";
import type { CacheManifest } from "./manifest.ts";
import { photoPathsSha256 } from "./photos.ts";

/**
 * Reads the index of a cache.
 *
 * @param folder The cache's folder.
 * @param manifest Of a complete cache.
 * @throws {SyntaxError} When the index is damaged or disagrees with the manifest; the message names the remedy.
 * @throws {Deno.errors.NotFound} When there is none.
 */
export async function readCheckedIndex(
  folder: string,
  manifest: CacheManifest,
): Promise<IndexEntry[]> {
  const file = join(folder, INDEX_FILE);
  const entries = await readIndex(file);
  checkIndex(entries, { file, manifest });
  return entries;
}

function checkIndex(
  entries: readonly IndexEntry[],
  { file, manifest }: { file: string; manifest: CacheManifest },
): void {
  const disagrees = (detail: string) =>
    new SyntaxError(
      `Cannot read cache index: ${file} disagrees with the manifest (${detail}); ` +
        "run precompute --repair, which rewrites the index",
    );
  if (entries.length !== manifest.mapCount) {
    throw disagrees(`it has ${entries.length} lines, expected ${manifest.mapCount}`);
  }
  let line = 0;
  for (const [shard, { rows }] of manifest.shards.entries()) {
    for (let row = 0; row < rows; row++, line++) {
      const entry = entries[line];
      if (entry.shard !== shard || entry.row !== row) {
        throw disagrees(`line ${line + 1} is not shard ${shard}, row ${row}`);
      }
      if (line > 0 && entry.path <= entries[line - 1].path) {
        throw disagrees(`line ${line + 1} is out of order`);
      }
    }
  }
  const photos = [...entries, ...manifest.skipped].map(({ path }) => path).sort();
  if (photoPathsSha256(photos) !== manifest.dataset.pathsSha256) {
    throw disagrees("its photos are not those of the data set");
  }
}
