/**
 * What is whole of a cache that is to be repaired, and what is not.
 *
 * @module
 */
import { join } from "node:path";
import { namesIn } from "../files/if_present.ts";
import { isShardOf } from "./cache_files.ts";
import { changedPhotos } from "./changed_photos.ts";
import { readCheckedIndex } from "./checked_index.ts";
import { describeFault, type ShardLabel } from "./examine_shard.ts";
import { type CacheFault, type FaultOptions, findFaults } from "./find_faults.ts";
import { INDEX_FILE } from "./index_file.ts";
import type { CacheManifest } from "./manifest.ts";
import type { CacheIdentity } from "./settings.ts";
import type { ViewSettings } from "./view_settings.ts";

/** What a cache is about, and what is wrong with it. */
export interface SurveyedCache {
  /** What it is about. */
  readonly identity: CacheIdentity;
  /** Everything that is wrong with index and shards. */
  readonly faults: readonly CacheFault[];
  /** The names of the shards that are whole. */
  readonly whole: ReadonlySet<string>;
  /** Whether it has, or had, pixels. */
  readonly hasImages: boolean;
  /** How its views were drawn; undefined when it has none. */
  readonly views: ViewSettings | undefined;
}

/** What to hold a cache against. */
export interface SurveyOptions
  extends Pick<FaultOptions, "identity" | "viewSettings" | "onProgress" | "signal"> {
  /** Its manifest, where that can be read. */
  readonly manifest?: CacheManifest;
  /** The folder of photos, which must still be those that were mapped. */
  readonly datasetPath: string;
  /** All photos of the data set, sorted. */
  readonly paths: readonly string[];
}

/**
 * Reads a whole cache, as {@linkcode findFaults} does, and changes nothing.
 *
 * @throws The signal's reason, when it was aborted.
 */
export async function surveyCache(
  folder: string,
  { manifest, datasetPath, ...options }: SurveyOptions,
): Promise<SurveyedCache> {
  const complete = manifest?.complete ? manifest : undefined;
  const faults = complete ? await indexFaults(folder, complete) : [];
  const whole = new Set<string>();
  let views: ViewSettings | undefined = complete?.views;
  await findFaults(folder, {
    ...options,
    contents: complete,
    checkPhotos: (label) => firstChange(datasetPath, label),
    onFault: (fault) => faults.push(fault),
    onWhole: ({ file, label }) => {
      whole.add(file);
      views ??= label.settings;
    },
  });
  const hasImages = complete?.images !== undefined ||
    (await namesIn(folder)).some((name) => isShardOf("images", name));
  return { identity: options.identity, faults, whole, hasImages, views };
}

async function firstChange(
  datasetPath: string,
  { paths, checksums = [] }: ShardLabel,
): Promise<string | undefined> {
  for await (const { path, fault } of changedPhotos(datasetPath, { paths, checksums })) {
    return `holds the map of ${path}, which ${fault}`;
  }
}

/** The index is not removed: it is written anew at the end. */
async function indexFaults(folder: string, manifest: CacheManifest): Promise<CacheFault[]> {
  const file = INDEX_FILE;
  try {
    await readCheckedIndex(folder, manifest);
    return [];
  } catch (error) {
    const isMissing = error instanceof Deno.errors.NotFound;
    const fault = isMissing ? "is missing" : describeFault(error, join(folder, file));
    return [{ file, fault, isThere: false }];
  }
}
