/**
 * Reads a cache whole, and says everything that is wrong with it; it writes nothing.
 *
 * @module
 */
import { join } from "node:path";
import { ifPresent, namesIn } from "../files/if_present.ts";
import { isShardOf } from "./cache_files.ts";
import { readCheckedIndex } from "./checked_index.ts";
import { describeFault } from "./examine_shard.ts";
import { type FaultOptions, findFaults } from "./find_faults.ts";
import { INDEX_FILE } from "./index_file.ts";
import { type CacheManifest, MANIFEST_FILE, readManifest } from "./manifest.ts";

/** Something that is wrong with a cache. */
export interface CacheProblem {
  /** The file's name in the cache's folder. */
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
  /** Everything that is wrong, in the order in which it was found. */
  readonly problems: readonly CacheProblem[];
}

/** Who wants to know. */
export interface VerifyCacheOptions extends Pick<FaultOptions, "onProgress" | "signal"> {
  /** Called for each problem, as it is found. */
  readonly onProblem?: (problem: CacheProblem) => void;
}

/** What makes a damaged file anew. */
const repair = "run the command that made the cache with precompute --repair";

/**
 * Checks manifest, index and every shard of a cache: each is read whole and held against its checksums. It goes
 * on after a problem, and ends where nothing more can be said.
 *
 * @throws The signal's reason, when it was aborted.
 */
export async function verifyCache(
  folder: string,
  { onProblem, onProgress, signal }: VerifyCacheOptions = {},
): Promise<CacheReport> {
  const problems: CacheProblem[] = [];
  const report = (problem: CacheProblem) => {
    problems.push(problem);
    onProblem?.(problem);
  };
  const bytes = await sizesIn(folder);
  const manifest = await checkManifest(folder, report);
  if (!manifest) return { bytes, problems };
  const index = manifest.complete ? await checkIndex(folder, { manifest, report }) : undefined;
  const paths = index && [...index, ...manifest.skipped.map(({ path }) => path)].sort();
  await findFaults(folder, {
    ...{ identity: manifest, paths, onProgress, signal },
    contents: manifest.complete ? manifest : {},
    onFault: ({ file, fault }) => report({ file, fault, remedy: repair }),
  });
  return { manifest, bytes, paths: index, problems };
}

type Report = (problem: CacheProblem) => void;

async function checkManifest(folder: string, report: Report): Promise<CacheManifest | undefined> {
  const file = MANIFEST_FILE;
  try {
    const manifest = await readManifest(folder);
    if (!manifest) {
      report({ file, fault: "is missing", remedy: `${repair}, or name another --rollout-dir` });
    } else if (!manifest.complete) {
      report({
        file,
        fault: "says that the cache is not complete",
        remedy: "run precompute again, which resumes it",
      });
    }
    return manifest;
  } catch (error) {
    report({ file, fault: describeFault(error, join(folder, file)), remedy: repair });
  }
}

/** Returns the photos that have a map. */
async function checkIndex(
  folder: string,
  { manifest, report }: { manifest: CacheManifest; report: Report },
): Promise<string[] | undefined> {
  const file = INDEX_FILE;
  try {
    return (await readCheckedIndex(folder, manifest)).map(({ path }) => path);
  } catch (error) {
    const isMissing = error instanceof Deno.errors.NotFound;
    const fault = isMissing ? "is missing" : describeFault(error, join(folder, file));
    report({ file, fault, remedy: repair });
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
