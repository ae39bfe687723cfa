/**
 * Keeps a cache without a single map from being taken for a finished one.
 *
 * @module
 */
import type { CacheWriter } from "../cache/cache_writer.ts";

/**
 * Makes sure that at least one photo has a map, once all shards are written.
 *
 * @param of Where the photos are, in words: `in data/images`.
 * @throws {Error} When none could be decoded; the message quotes the first reason.
 */
export function requireMaps({ skipped, photoCount }: CacheWriter, of: string): void {
  if (skipped.length < photoCount) return;
  throw new Error(
    `Cannot precompute: none of the ${photoCount} photos ${of} can be decoded ` +
      `(${skipped[0].reason}); mend them and use --overwrite`,
  );
}
