/**
 * What loading a model takes: files on this machine, or a download of them.
 *
 * @module
 */
import { dirname } from "node:path";
import { addressOf } from "../../lib/model/model_address.ts";
import { placeOf } from "../../lib/model/model_place.ts";
import type { ModelSource } from "../../lib/model/model_source.ts";
import { hubCacheFolder, hubSettingsFromEnvironment } from "../../lib/weights/hub/hub_settings.ts";
import { isCommit, RepositoryCache } from "../../lib/weights/hub/repository_cache.ts";
import { isShardIndex } from "../../lib/weights/shard_index.ts";
import type { NeededModel } from "./needs.ts";

/** What a model's files ask for. */
export interface ModelAccess {
  /** Files and folders that are read. */
  readonly reads: readonly string[];
  /** Folders that a download fills. */
  readonly downloadFolders: readonly string[];
  /** Whether the model is one of a hub's, downloaded or not. */
  readonly isOnHub: boolean;
}

/**
 * Finds out what loading a model takes. A commit that is in the cache folder is only read; where a branch is now,
 * the hub must be asked, and what is new there is downloaded.
 *
 * @throws As {@linkcode addressOf} and {@linkcode RepositoryCache} do for names that cannot be.
 */
export async function modelAccess(
  needed: NeededModel,
  { weightsDir }: { weightsDir?: string },
): Promise<ModelAccess> {
  const { model, args, withoutWeights = false, isOptional = false } = needed;
  const address = addressOf(model, args);
  if (address.kind !== "hub") {
    return { reads: readsOf(address), downloadFolders: [], isOnHub: false };
  }
  const cache = new RepositoryCache(weightsDir ?? hubCacheFolder(), address.repository);
  const isDue = !isOptional && !hubSettingsFromEnvironment().offline &&
    !(isCommit(address.revision) && await isThere({ model, args, weightsDir }, { withoutWeights }));
  return {
    reads: [cache.folder],
    downloadFolders: isDue ? [cache.folder, cache.lockFolder] : [],
    isOnHub: true,
  };
}

/** Weights that are not wanted are looked for all the same, since the file may be named after its architecture. */
function readsOf(address: Exclude<ReturnType<typeof addressOf>, { kind: "hub" }>): string[] {
  if (address.kind === "folder") return [address.folder];
  const { config, weights } = address;
  return isShardIndex(weights) ? [dirname(weights)] : [config, weights];
}

/** Whether everything is in the cache folder that loading reads. */
async function isThere(
  source: ModelSource,
  { withoutWeights }: { withoutWeights: boolean },
): Promise<boolean> {
  const place = placeOf({ ...source, offline: true });
  const found = withoutWeights ? place.describe() : place.describe().then(() => place.weights());
  return await found.then(() => true, () => false); // what is wrong with a file is for the task to say
}
