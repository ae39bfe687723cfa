/**
 * Reads a cache whole, and says everything that is wrong with it; it writes nothing.
 *
 * @module
 */
import { join } from "node:path";
import { ifPresent, namesIn } from "../files/if_present.ts";
import { oneLine } from "../files/one_line.ts";
import { isShardOf } from "./cache_files.ts";
import { changedPhotos } from "./changed_photos.ts";
import { readCheckedIndex } from "./checked_index.ts";
import { describeFault, type ShardLabel } from "./examine_shard.ts";
import { type CheckControls, findFaults } from "./find_faults.ts";
import { INDEX_FILE } from "./index_file.ts";
import { type CacheManifest, MANIFEST_FILE, readManifest } from "./manifest.ts";

/** Something that is wrong with a cache. */
export interface CacheProblem {
  /** The file's path, beginning with that of the folder of the cache or of the photos. */
  readonly file: string;
  /** What is wrong, after the name: `is missing`. */
  readonly fault: string;
  /** What helps. */
  readonly remedy: string;
}

/** What is in a cache. */
export interface CacheReport {
  /** What the manifest says; undefined when there is none that can be read. */
  readonly manifest?: CacheManifest;
  /** Sizes on disk, in bytes. */
  readonly bytes: { readonly maps: number; readonly images: number; readonly views: number };
  /** The photos that have a map; undefined when the index cannot be read. */
  readonly paths?: readonly string[];
  /** Whether the photos were compared with what was mapped: the folder holds at least one of them. */
  readonly hasPhotos: boolean;
  /** Everything that is wrong, in the order in which it was found. */
  readonly problems: readonly CacheProblem[];
}

/** The photos that there are now. */
export interface FoundPhotos {
  /** The data set's folder. */
  readonly folder: string;
  /** The photos in it: relative, with `/`. */
  readonly paths: readonly string[];
}

/** Who wants to know. */
export interface VerifyCacheOptions extends CheckControls {
  /** The photos, to find out which of them have changed since; they are not looked at when not given. */
  readonly photos?: FoundPhotos;
  /** Called for each problem, as it is found. */
  readonly onProblem?: (problem: CacheProblem) => void;
}

/** What makes a damaged file anew. */
const repair = "run the command that made the cache with precompute --repair";

/**
 * Checks manifest, index and every shard of a cache: each is read whole and held against its checksums. It goes
 * on after a problem, and ends where nothing more can be said.
 *
 * @param folder The cache's.
 * @returns What is in it, and what is wrong.
 * @throws The signal's reason, when it was aborted.
 */
export async function verifyCache(
  folder: string,
  { photos, onProblem, onProgress, signal }: VerifyCacheOptions = {},
): Promise<CacheReport> {
  const problems: CacheProblem[] = [];
  const report = (problem: CacheProblem) => {
    problems.push(problem);
    onProblem?.(problem);
  };
  const there = new Set(photos?.paths);
  const bytes = await sizesIn(folder);
  const manifest = await checkManifest(folder, { isBegun: bytes.maps > 0, report });
  if (!manifest) return { bytes, problems, hasPhotos: false };
  const index = manifest.complete ? await checkIndex(folder, { manifest, report }) : undefined;
  const paths = index && [...index, ...manifest.skipped.map(({ path }) => path)].sort();
  const hasPhotos = photos !== undefined && (index ?? []).some((path) => there.has(path));
  if (hasPhotos && paths) reportNewPhotos(photos, { paths, report });
  await findFaults(folder, {
    ...{ identity: manifest, paths, onProgress, signal },
    contents: manifest.complete ? manifest : {},
    checkPhotos: hasPhotos ? (label) => checkPhotos(label, { photos, report }) : undefined,
    onFault: ({ file, fault }) => report({ file: join(folder, file), fault, remedy: repair }),
  });
  return { manifest, bytes, paths: index, hasPhotos, problems };
}

type Report = (problem: CacheProblem) => void;

async function checkManifest(
  folder: string,
  { isBegun, report }: { isBegun: boolean; report: Report },
): Promise<CacheManifest | undefined> {
  const file = join(folder, MANIFEST_FILE);
  try {
    const manifest = await readManifest(folder);
    if (!manifest) {
      const remedy = isBegun ? repair : "run precompute";
      report({ file, fault: "is missing", remedy: `${remedy}, or name another --rollout-dir` });
    } else if (!manifest.complete) {
      report({
        file,
        fault: "says that the cache is not complete",
        remedy: "run precompute again, which resumes it",
      });
    }
    return manifest;
  } catch (error) {
    report({ file, fault: describeFault(error, file), remedy: repair });
  }
}

/** Returns the photos that have a map. */
async function checkIndex(
  folder: string,
  { manifest, report }: { manifest: CacheManifest; report: Report },
): Promise<string[] | undefined> {
  const file = join(folder, INDEX_FILE);
  try {
    return (await readCheckedIndex(folder, manifest)).map(({ path }) => path);
  } catch (error) {
    const isMissing = error instanceof Deno.errors.NotFound;
    const fault = isMissing ? "is missing" : describeFault(error, file);
    report({ file, fault, remedy: repair });
  }
}

/** More names than this say nothing to a reader. */
const longestList = 5;

function reportNewPhotos(
  photos: FoundPhotos,
  { paths, report }: { paths: readonly string[]; report: Report },
): void {
  const known = new Set(paths);
  const fresh = photos.paths.filter((path) => !known.has(path));
  if (fresh.length === 0) return;
  const shown = fresh.slice(0, longestList).join(", ") + (fresh.length > longestList ? ", …" : "");
  report({
    file: photos.folder,
    fault:
      `holds ${fresh.length} ${fresh.length === 1 ? "photo" : "photos"} that the cache lacks ` +
      `(${oneLine(shown)})`,
    remedy: "take them away, or make a cache with them by precompute --overwrite",
  });
}

/** The shard is as it was written: what is wrong is the photos. */
async function checkPhotos(
  { paths, checksums = [] }: ShardLabel,
  { photos: { folder }, report }: { photos: FoundPhotos; report: Report },
): Promise<undefined> {
  for await (const { path, fault } of changedPhotos(folder, { paths, checksums })) {
    const remedy = fault === "is gone"
      ? "put it back, or make a cache of the photos that are left with precompute --overwrite"
      : `put back what it was, or ${repair}`;
    report({ file: join(folder, path), fault, remedy });
  }
}

async function sizesIn(folder: string): Promise<CacheReport["bytes"]> {
  const names = await namesIn(folder);
  const sizeOf = async (name: string) =>
    (await ifPresent(Deno.stat(join(folder, name))))?.size ?? 0;
  const [maps, images, views] = await Promise.all(
    (["rollouts", "images", "views"] as const).map(async (kind) => {
      const sizes = await Promise.all(names.filter((name) => isShardOf(kind, name)).map(sizeOf));
      return sizes.reduce((sum, size) => sum + size, 0);
    }),
  );
  return { maps, images, views };
}
