/**
 * Whether the manifest of a complete cache agrees with itself.
 *
 * @module
 */
import { oneLine } from "../files/one_line.ts";
import { imageShardFileName } from "./image_shard.ts";
import type { CacheManifest, ShardEntry } from "./manifest.ts";
import { shardCount, shardFileName } from "./shard.ts";
import { viewShardFileName } from "./view_shard.ts";

/**
 * Makes sure that the parts of a complete cache's manifest agree with each other.
 *
 * @throws {SyntaxError} When they do not; the message names the field.
 */
export function checkContents(
  { settings, dataset, mapCount, skipped, shards, images, views }: CacheManifest,
): void {
  const count = shardCount({ settings, dataset });
  checkShards({ shards }, { count, nameOf: shardFileName });
  const [gridHeight, gridWidth] = settings.grid;
  const misfit = shards.findIndex(({ rows, bytes }) => bytes < rows * gridHeight * gridWidth * 4);
  if (misfit >= 0) { // before memory is taken for maps of that size
    const { rows, bytes } = shards[misfit];
    throw new SyntaxError(
      `shards.${misfit}.bytes: is ${bytes}, expected ${rows} maps of ${gridHeight}·${gridWidth}·4`,
    );
  }
  const rows = shards.reduce((sum, shard) => sum + shard.rows, 0);
  if (mapCount !== rows) {
    throw new SyntaxError(`mapCount: is ${mapCount}, expected the shards' ${rows}`);
  }
  if (mapCount + skipped.length !== dataset.imageCount) {
    throw new SyntaxError(
      `skipped: lists ${skipped.length}, expected ${dataset.imageCount - mapCount}`,
    );
  }
  if (images) checkRows({ images }, { shards, nameOf: imageShardFileName });
  if (views) checkRows({ "views.shards": views.shards }, { shards, nameOf: viewShardFileName });
}

type Naming = (index: number, count: number) => string;

/** What lies beside the maps has a file for each of theirs, and in it as many rows. */
function checkRows(
  list: Readonly<Record<string, readonly ShardEntry[]>>,
  { shards, nameOf }: { shards: readonly ShardEntry[]; nameOf: Naming },
): void {
  checkShards(list, { count: shards.length, nameOf });
  const [[key, entries]] = Object.entries(list);
  const place = entries.findIndex(({ rows }, index) => rows !== shards[index].rows);
  if (place < 0) return;
  throw new SyntaxError(
    `${key}.${place}.rows: is ${entries[place].rows}, expected the maps' ${shards[place].rows}`,
  );
}

/** Names are compared with those that must be, so that none can lead out of the folder. */
function checkShards(
  list: Readonly<Record<string, readonly ShardEntry[]>>,
  { count, nameOf }: { count: number; nameOf: Naming },
): void {
  const [[key, entries]] = Object.entries(list);
  if (entries.length !== count) {
    throw new SyntaxError(`${key}: lists ${entries.length}, expected ${count}`);
  }
  for (const [index, { file }] of entries.entries()) {
    const expected = nameOf(index, count);
    if (file !== expected) {
      throw new SyntaxError(`${key}.${index}.file: is "${oneLine(file)}", expected "${expected}"`);
    }
  }
}
