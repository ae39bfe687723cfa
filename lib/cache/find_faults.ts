/**
 * Everything that is wrong with the shards in a cache's folder.
 *
 * @module
 */
import { join } from "node:path";
import { namesIn } from "../files/if_present.ts";
import { isShardFile } from "./cache_files.ts";
import { examineShard, type ShardLabel } from "./examine_shard.ts";
import type { CacheContents, ShardEntry } from "./manifest.ts";
import { accountsFor, isSameList } from "./photos.ts";
import type { CacheIdentity } from "./settings.ts";
import { shardCount, shardFileName, type ShardKindName } from "./shard.ts";
import { describeViewDifferences, type ViewSettings } from "./view_settings.ts";

/** A file of a cache that is not as it must be. */
export interface CacheFault {
  /** Its name in the cache's folder. */
  readonly file: string;
  /** What is wrong, after the name: `is missing`. */
  readonly fault: string;
  /** Whether it is there. */
  readonly isThere: boolean;
}

/** Who hears of a check, and how it ends early. */
export interface CheckControls {
  /** Called at the start and after each file. */
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
  /** Stops the work after the current file. */
  readonly signal?: AbortSignal;
}

/** What a cache must be, and who wants to know. */
export interface FaultOptions extends CheckControls {
  /** What it is about. */
  readonly identity: CacheIdentity;
  /** What its manifest lists: those must be there; whatever else is there is checked as far as it can be. */
  readonly contents?: Partial<Pick<CacheContents, "shards" | "images" | "views">>;
  /** All photos of the data set, sorted, where they are known. */
  readonly paths?: readonly string[];
  /** How views must have been drawn; as the manifest says, else as the first were, when not given. */
  readonly viewSettings?: ViewSettings;
  /** Called for each fault, as it is found. */
  readonly onFault: (fault: CacheFault) => void;
  /** Finds out why the photos of a shard of maps are not those that were mapped, if they are not. */
  readonly checkPhotos?: (label: ShardLabel) => Promise<string | undefined>;
  /** Called for each shard that is whole, with what it says of itself. */
  readonly onWhole?: (shard: { readonly file: string; readonly label: ShardLabel }) => void;
}

const kinds: readonly ShardKindName[] = ["rollouts", "images", "views"];

/**
 * Reads every shard of a cache whole; one after another, so that memory holds one file of maps.
 *
 * @throws The signal's reason, when it was aborted.
 */
export async function findFaults(folder: string, options: FaultOptions): Promise<void> {
  const { identity, contents = {}, onFault, onWhole, onProgress, signal } = options;
  const count = shardCount(identity);
  const names = new Set(await namesIn(folder));
  const listed = {
    rollouts: contents.shards,
    images: contents.images,
    views: contents.views?.shards,
  };
  const places = Array.from({ length: count }, (_, index) => index).flatMap((index) =>
    kinds.map((kind) => ({ kind, index, entry: listed[kind]?.[index] as ShardEntry | undefined }))
  );
  const known = new Set<string>();
  const place = new Place(options);
  let done = 0;
  for (const { kind, index, entry } of places) {
    signal?.throwIfAborted();
    const file = shardFileName(index, count, { prefix: kind });
    known.add(file);
    onProgress?.({ done, total: places.length });
    done++;
    const isThere = names.has(file);
    if (!isThere && !entry) continue;
    const objection = (label: ShardLabel) => place.objection(label, { kind, index });
    const found = await examineShard(join(folder, file), { kind, identity, entry, objection });
    if (!found) onFault({ file, fault: "is missing", isThere: false });
    else if ("fault" in found) onFault({ file, fault: found.fault, isThere });
    else {
      place.learn(found.label, { kind, index });
      onWhole?.({ file, label: found.label });
    }
  }
  onProgress?.({ done, total: places.length });
  for (const file of names) {
    if (!isShardFile(file) || known.has(file)) continue;
    onFault({ file, fault: `is no file of this cache, which has ${count} shards`, isThere: true });
  }
}

interface Where {
  readonly kind: ShardKindName;
  readonly index: number;
}

/** Knows which photos belong where, by the data set and by the shards seen so far. */
class Place {
  readonly #paths: readonly string[] | undefined;
  readonly #shardSize: number;
  #viewSettings: ViewSettings | undefined;
  readonly #checkPhotos: FaultOptions["checkPhotos"];
  #mapped: { readonly index: number; readonly paths: readonly string[] } | undefined;
  /** The shard whose photos have changed last. */
  #changed: number | undefined;

  constructor({ identity, contents, paths, viewSettings, checkPhotos }: FaultOptions) {
    this.#paths = paths;
    this.#checkPhotos = checkPhotos;
    this.#shardSize = identity.settings.shardSize;
    this.#viewSettings = contents?.views ?? viewSettings;
  }

  /** Why a shard is not the one that belongs in a place. */
  async objection(label: ShardLabel, { kind, index }: Where): Promise<string | undefined> {
    const { paths, settings } = label;
    if (kind === "rollouts") return await this.#objectionToMaps(label, index);
    if (this.#changed === index) return "was made of photos that have changed since";
    if (this.#mapped?.index === index && !isSameList(this.#mapped.paths, paths)) {
      return "holds other photos than the maps";
    }
    const differences = settings && this.#viewSettings
      ? describeViewDifferences(settings, this.#viewSettings)
      : [];
    return differences.length > 0
      ? `holds views that were drawn otherwise (${differences.join("; ")})`
      : undefined;
  }

  async #objectionToMaps(label: ShardLabel, index: number): Promise<string | undefined> {
    const { paths, skipped = [] } = label;
    const group = this.#paths?.slice(index * this.#shardSize, (index + 1) * this.#shardSize);
    if (group && !accountsFor(group, { paths, skipped })) {
      return "holds the maps of other photos than belong there";
    }
    const fault = await this.#checkPhotos?.(label);
    if (fault !== undefined) this.#changed = index;
    return fault;
  }

  /** Takes note of a shard that is whole. */
  learn({ paths, settings }: ShardLabel, { kind, index }: Where): void {
    if (kind === "rollouts") this.#mapped = { index, paths };
    this.#viewSettings ??= settings;
  }
}
