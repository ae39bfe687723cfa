/**
 * Makes a damaged cache whole again: what is damaged, missing or foreign is made anew, the rest stays.
 *
 * @module
 */
import { join } from "node:path";
import { isShardFile } from "../cache/cache_files.ts";
import { lockCache } from "../cache/cache_lock.ts";
import { describeFault } from "../cache/examine_shard.ts";
import type { CacheFault } from "../cache/find_faults.ts";
import {
  type CacheManifest,
  MANIFEST_FILE,
  readManifest,
  writeManifest,
} from "../cache/manifest.ts";
import { photoPathsSha256 } from "../cache/photos.ts";
import { readSameCache } from "../cache/same_cache.ts";
import {
  type CachedDataset,
  type CacheIdentity,
  checkIdentity,
  describeDifferences,
} from "../cache/settings.ts";
import { surveyCache, type SurveyedCache } from "../cache/survey_cache.ts";
import { listImages } from "../dataset/image_folder.ts";
import { namesIn } from "../files/if_present.ts";
import { type NamedTeacher, openNamedTeacher } from "./named_teacher.ts";
import { mendCache, needsTeacher, recordedTeacher } from "./mend_cache.ts";
import type { CompletePrecomputeOptions } from "./precompute_dataset.ts";
import { viewSettingsOf } from "./precompute_views.ts";

/** What to repair: what the cache was made of, and with. */
export interface RepairDatasetOptions extends Omit<CompletePrecomputeOptions, "overwrite"> {
  /** Called for each file that is made anew, or removed because the cache has none of that name. */
  readonly onRepair?: (fault: CacheFault) => void;
  /** Called before the teacher is loaded, if it must be: opens the backend. */
  readonly onTeacherNeeded?: () => Promise<void>;
  /** Called for each file that has been checked. */
  readonly onCheck?: (progress: { readonly done: number; readonly total: number }) => void;
}

/**
 * Checks every file of a cache and makes anew those that are not whole, so that the cache is what one
 * undisturbed run would have made, byte for byte. What was made of photos that have changed since is made anew too. Pixels and views are completed where the manifest lists them,
 * some are there, or they are asked for. The teacher is loaded only where maps or views are to be made.
 *
 * Where the manifest cannot be read, what the cache is follows from the options, and shards that were made so
 * are kept.
 *
 * @param options What the cache was made with, and callbacks.
 * @returns The manifest of the complete cache.
 * @throws {Error} When the folder holds no cache or another one, or the photos are others; nothing is removed then.
 * @throws {Error} When another process is at work on the cache.
 * @throws As {@linkcode openNamedTeacher} and {@linkcode mendCache} do.
 */
export async function repairDataset(options: RepairDatasetOptions): Promise<CacheManifest> {
  const { datasetPath, rolloutDir, onWarning } = options;
  const paths = await listImages(datasetPath, { onWarning });
  await requireCacheFiles(rolloutDir); // before the lock: a wrong folder is not made
  await using _lock = await lockCache(rolloutDir, { onWarning });
  const manifest = await readableManifest(options);
  if (!manifest) return await repairWithoutManifest(options, paths);
  requireSamePhotos(rolloutDir, { manifest, paths });
  const survey = await surveyCache(rolloutDir, {
    ...{ manifest, identity: manifest },
    ...surveying(options, paths),
  });
  const views = options.views ?? survey.views;
  if (!needsTeacher(survey, { wantsViews: views !== undefined })) {
    return await mendCache(options, {
      paths,
      survey,
      views,
      ...recordedTeacher(manifest.settings),
    });
  }
  await options.onTeacherNeeded?.();
  const named = await openNamedTeacher(options);
  using _ = named.teacher;
  await readSameCache(rolloutDir, identityOf(named, paths)); // before anything is removed
  return await mendCache(options, { paths, survey, views, ...named });
}

async function requireCacheFiles(folder: string): Promise<void> {
  const isOfCache = (name: string) => name === MANIFEST_FILE || isShardFile(name);
  if ((await namesIn(folder)).some(isOfCache)) return;
  throw new Error(
    `Cannot repair: ${folder} holds no cache, expected one; name another --rollout-dir, or run precompute ` +
      "without --repair",
  );
}

/** Nothing where there is none that can be read, which counts as repaired: it is written anew. */
async function readableManifest(
  { rolloutDir, onRepair }: RepairDatasetOptions,
): Promise<CacheManifest | undefined> {
  const file = MANIFEST_FILE;
  try {
    const manifest = await readManifest(rolloutDir);
    if (!manifest) onRepair?.({ file, fault: "is missing", isThere: false });
    return manifest;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    onRepair?.({ file, fault: describeFault(error, join(rolloutDir, file)), isThere: true });
  }
}

function requireSamePhotos(
  folder: string,
  { manifest, paths }: { manifest: CacheManifest; paths: readonly string[] },
): void {
  const asked = { settings: manifest.settings, dataset: datasetOf(paths) };
  const differences = describeDifferences(manifest, asked);
  if (differences.length === 0) return;
  throw new Error(
    `Cannot repair: the cache in ${folder} is of other photos (${
      differences.join("; ")
    }); name their folder ` +
      "with --dataset-path, or make the cache anew with --overwrite",
  );
}

function surveying(
  { datasetPath, views, onCheck, signal }: RepairDatasetOptions,
  paths: readonly string[],
) {
  const viewSettings = views && viewSettingsOf(views);
  return { datasetPath, paths, viewSettings, onProgress: onCheck, signal };
}

async function repairWithoutManifest(
  options: RepairDatasetOptions,
  paths: readonly string[],
): Promise<CacheManifest> {
  const { rolloutDir } = options;
  await options.onTeacherNeeded?.();
  const named = await openNamedTeacher(options);
  using _ = named.teacher;
  const identity = identityOf(named, paths);
  const survey = await surveyCache(rolloutDir, { identity, ...surveying(options, paths) });
  requireOwnShard(rolloutDir, survey);
  const nothing = { complete: false, mapCount: 0, skipped: [], shards: [] };
  await writeManifest(rolloutDir, { ...identity, ...nothing });
  return await mendCache(options, {
    paths,
    survey,
    views: options.views ?? survey.views,
    ...named,
  });
}

/** Where no shard is whole and made as asked for, the options are wrong, rather than every file. */
function requireOwnShard(folder: string, { whole, faults }: SurveyedCache): void {
  if (whole.size > 0) return;
  const [{ file, fault }] = faults;
  throw new Error(
    `Cannot repair: ${folder} has no manifest that can be read, and no file made of these photos with these ` +
      `options (${file} ${fault}); give those that made it, or make it anew with --overwrite`,
  );
}

function identityOf({ teacher, settings }: NamedTeacher, paths: readonly string[]): CacheIdentity {
  const { preprocessing, grid } = teacher;
  return checkIdentity({
    settings: { ...settings, preprocessing, grid },
    dataset: datasetOf(paths),
  });
}

function datasetOf(paths: readonly string[]): CachedDataset {
  return { imageCount: paths.length, pathsSha256: photoPathsSha256(paths) };
}
