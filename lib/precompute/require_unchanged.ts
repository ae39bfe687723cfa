/**
 * Pixels that are added to maps must be those that the maps were made of.
 *
 * @module
 */
import type { MissingShard } from "../cache/missing_shard.ts";
import type { ShardContent } from "../cache/shard.ts";

/**
 * Makes sure that the photos of a shard that lacks nothing but pixels are as they were when they were mapped.
 *
 * @throws {Error} When one is not; the message names it and what helps.
 */
export function requireUnchanged(
  { checksums: expected }: MissingShard,
  { paths, checksums }: Pick<ShardContent, "paths" | "checksums">,
): void {
  const row = expected ? checksums.findIndex((found, row) => found !== expected[row]) : -1;
  if (row < 0) return;
  throw new Error(
    `Cannot cache the pixels of ${
      paths[row]
    }: the photo has changed since its map was made, expected the ` +
      "same file; put that back, or make map and pixels anew with precompute --repair",
  );
}
