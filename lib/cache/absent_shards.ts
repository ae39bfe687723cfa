/**
 * What is not yet there of a cache that several processes make.
 *
 * @module
 */
import { namesIn } from "../files/if_present.ts";
import { isShardOf } from "./cache_files.ts";
import { shardFileName, type ShardKindName } from "./shard.ts";

/** A file that is not there. */
export interface AbsentShard {
  /** The number of the shard, from 0. */
  readonly index: number;
  /** Its name in the cache's folder. */
  readonly file: string;
}

/** What must be there besides maps; of whatever else something is there, everything must be. */
export interface WantedKinds {
  /** The photos' pixels. */
  readonly withImages?: boolean;
  /** Maps of views. */
  readonly withViews?: boolean;
}

/** Lists the files that are missing in a cache's folder, of `count` shards of each kind, by their names alone. */
export async function listAbsentShards(
  folder: string,
  { count, withImages, withViews }: WantedKinds & { readonly count: number },
): Promise<AbsentShard[]> {
  const names = await namesIn(folder);
  const there = new Set(names);
  const isBegun = (kind: ShardKindName) => names.some((name) => isShardOf(kind, name));
  const kinds: ShardKindName[] = ["rollouts"];
  if (withImages || isBegun("images")) kinds.push("images");
  if (withViews || isBegun("views")) kinds.push("views");
  const wanted = kinds.flatMap((prefix) =>
    Array.from({ length: count }, (_, index) => ({
      index,
      file: shardFileName(index, count, { prefix }),
    }))
  );
  return wanted.filter(({ file }) => !there.has(file));
}
