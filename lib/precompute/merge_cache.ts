/**
 * The end of a work in parts: from the files of all parts to a complete cache.
 *
 * @module
 */
import { join } from "node:path";
import { type AbsentShard, listAbsentShards, type WantedKinds } from "../cache/absent_shards.ts";
import { isShardFile } from "../cache/cache_files.ts";
import { lockCache } from "../cache/cache_lock.ts";
import { CacheWriter } from "../cache/cache_writer.ts";
import { readFinishedShard } from "../cache/finished_shard.ts";
import { type CacheManifest, readManifest } from "../cache/manifest.ts";
import { photoPathsSha256 } from "../cache/photos.ts";
import { readShard, shardCount, shardFileName } from "../cache/shard.ts";
import { namesIn } from "../files/if_present.ts";
import { requireMaps } from "./require_maps.ts";

/** What to merge. */
export interface MergeOptions extends WantedKinds {
  /** The cache's folder. */
  readonly rolloutDir: string;
  /** In how many parts it was made, for the message that names those of missing files. */
  readonly shardCount?: number;
  /** Told of what is odd but possible. */
  readonly onWarning?: (message: string) => void;
  /** Called at the start and after each file that has been read; those of maps are read twice. */
  readonly onCheck?: (progress: { readonly done: number; readonly total: number }) => void;
  /** Stops the work after the current file; the manifest then stays incomplete. */
  readonly signal?: AbortSignal;
}

/**
 * Writes index and manifest of a cache whose parts have all been made: it then is, byte for byte, what one
 * process would have made. Neither the photos nor the teacher are needed.
 *
 * Files of maps are read one by one, all are read through for their SHA-256; memory holds the list of paths
 * and one file of maps.
 *
 * @param options The cache, and callbacks.
 * @returns The manifest of the complete cache.
 * @throws {Error} When files are missing, which are named, or another process is at work on the cache;
 * nothing is written then.
 * @throws {SyntaxError} When the manifest or a file is damaged or belongs to another cache.
 * @throws The signal's reason, when it was aborted.
 */
export async function mergeCache(options: MergeOptions): Promise<CacheManifest> {
  const { rolloutDir, onWarning } = options;
  await requireManifest(rolloutDir); // before the lock: a wrong folder is not made
  await using _lock = await lockCache(rolloutDir, { onWarning });
  const manifest = await requireManifest(rolloutDir);
  const absent = await listAbsentShards(rolloutDir, { ...options, count: shardCount(manifest) });
  if (absent.length > 0) throw new Error(describeAbsent(absent, options));
  const onFile = await countFiles(rolloutDir, { ...options, again: shardCount(manifest) });
  const paths = await readPaths(rolloutDir, { identity: manifest, onFile });
  const { settings } = manifest;
  const writer = await CacheWriter.open(rolloutDir, { settings, paths });
  requireMaps(writer, `of ${rolloutDir}`);
  return await writer.finish({ onFile });
}

async function requireManifest(folder: string): Promise<CacheManifest> {
  const manifest = await readManifest(folder);
  if (manifest) return manifest;
  throw new Error(
    `Cannot merge: ${folder} holds no manifest.json, expected what the parts of precompute write; ` +
      "run those first, or name another --rollout-dir",
  );
}

/** Counts the files of a cache, of which so many are read again, and gives what is to be told of each. */
async function countFiles(
  folder: string,
  { again, onCheck, signal }: Pick<MergeOptions, "onCheck" | "signal"> & { again: number },
): Promise<() => void> {
  const total = (await namesIn(folder)).filter(isShardFile).length + again;
  let done = 0;
  onCheck?.({ done, total });
  return () => {
    signal?.throwIfAborted();
    onCheck?.({ done: ++done, total });
  };
}

/** All photos of the data set, as the shards name them; each is read whole, so that damage is found now. */
async function readPaths(
  folder: string,
  { identity, onFile }: { identity: CacheManifest; onFile: () => void },
): Promise<string[]> {
  const count = shardCount(identity);
  const paths: string[] = [];
  for (let index = 0; index < count; index++) {
    const photos = await readFinishedShard(join(folder, shardFileName(index, count)), {
      read: (file) => readShard(file, { identity }),
    });
    const group = [...photos!.paths, ...photos!.skipped.map(({ path }) => path)];
    paths.push(...group.sort());
    onFile();
  }
  if (photoPathsSha256(paths) === identity.dataset.pathsSha256) return paths;
  throw new SyntaxError(
    `Cannot merge: the photos of the files in ${folder} are not those of manifest.json; ` +
      "make the cache again with precompute --overwrite",
  );
}

/** More names than this say nothing to a reader. */
const longestList = 8;

function describeAbsent(
  absent: readonly AbsentShard[],
  { rolloutDir, shardCount: parts }: MergeOptions,
): string {
  const names = absent.map(({ file }) => file);
  const indices = absent.map(({ index }) => parts ? index % parts : index);
  const numbers = [...new Set(indices)].sort((a, b) => a - b).join(",");
  const asking = names.some((name) => name.startsWith("views-"))
    ? " with --views"
    : names.some((name) => name.startsWith("images-"))
    ? " with --cache-images"
    : "";
  const remedy = parts
    ? `run again${asking} --shard-index ${numbers} of --shard-count=${parts}`
    : `run the parts that make them again${asking} (--merge --shard-count=N names them)`;
  const missing = absent.length === 1 ? "1 file is missing" : `${absent.length} files are missing`;
  return `Cannot merge: ${missing} in ${rolloutDir} (${shorten(names)}); ${remedy}`;
}

function shorten(names: readonly string[]): string {
  const more = names.length - longestList;
  const shown = names.slice(0, longestList).join(", ");
  return more > 0 ? `${shown} and ${more} more` : shown;
}
