/**
 * Adds the maps of augmented views to a complete cache, shard by shard, so that an interrupted work goes on
 * where its last whole shard ended. The cache stays usable meanwhile.
 *
 * @module
 */
import { MAX_SHARD_BYTES } from "../files/limits.ts";
import { readRegularFile } from "../files/regular_file.ts";
import { join } from "node:path";
import { namesIn } from "../files/if_present.ts";
import { SafetensorsFile } from "../weights/safetensors_file.ts";
import { isShardOf } from "./cache_files.ts";
import { type CachePart, isOfPart, wholeCache } from "./cache_part.ts";
import { readFinishedShard } from "./finished_shard.ts";
import { listViews } from "./list_views.ts";
import { type CacheManifest, writeManifest } from "./manifest.ts";
import { isSameList } from "./photos.ts";
import { requireCache } from "./require_cache.ts";
import type { RolloutCache } from "./rollout_cache.ts";
import {
  parseViewShard,
  type ViewShardContent,
  viewShardFileName,
  writeViewShard,
} from "./view_shard.ts";
import { describeViewDifferences, parseViewSettings, type ViewSettings } from "./view_settings.ts";

/** A shard whose views are yet to be mapped. */
export interface MissingViews {
  /** Its number, from 0. */
  readonly index: number;
  /** Its photos, in the order of the rows. */
  readonly paths: readonly string[];
}

/** Views being added to a cache; what it leaves depends on settings, photos and maps alone. */
export class ViewWriter {
  readonly #cache: RolloutCache;
  readonly #settings: ViewSettings;
  /** The photos of each shard. */
  readonly #paths: readonly (readonly string[])[];
  readonly #part: CachePart;
  readonly #finished = new Set<number>();

  private constructor(cache: RolloutCache, settings: ViewSettings, part: CachePart) {
    this.#cache = cache;
    this.#settings = settings;
    this.#part = part;
    let start = 0;
    this.#paths = cache.manifest.shards.map(({ rows }) => cache.paths.slice(start, start += rows));
  }

  /**
   * Starts adding views to a cache, or goes on with those that were begun with the same settings.
   *
   * Finished shards are read and checked.
   *
   * @param part The part whose shards are made, and which alone are looked at.
   * @throws {SyntaxError} When a finished shard is damaged; the message names file and remedy.
   * @throws {Error} When the cache holds views that were drawn otherwise; see {@linkcode requireSameViews}.
   */
  static async open(
    cache: RolloutCache,
    settings: ViewSettings,
    { part = wholeCache }: { part?: CachePart } = {},
  ): Promise<ViewWriter> {
    await requireSameViews(cache.folder, settings);
    const writer = new ViewWriter(cache, settings, part);
    for (const { index, paths } of writer.missingShards()) {
      const found = await readFinishedShard(writer.#file(index), {
        read: async (file) =>
          parseViewShard(await readRegularFile(file, { maxBytes: MAX_SHARD_BYTES }), {
            file,
            identity: cache.manifest,
          }),
      });
      if (found && isSameList(found.paths, paths)) writer.#finished.add(index);
    }
    return writer;
  }

  /** The photos of the cache, or of the part, that have a map. */
  get photoCount(): number {
    return this.#paths.filter((_, index) => isOfPart(index, this.#part)).flat().length;
  }

  /** The shards of the part whose views are not yet written, in order. */
  missingShards(): MissingViews[] {
    return this.#paths.map((paths, index) => ({ index, paths }))
      .filter(({ index }) => isOfPart(index, this.#part) && !this.#finished.has(index));
  }

  /**
   * Writes the views of one shard, whole or not at all.
   *
   * @throws As {@linkcode writeViewShard} does.
   */
  async writeShard(
    index: number,
    views: Pick<ViewShardContent, "augmentations" | "maps">,
  ): Promise<void> {
    const content = { ...views, paths: this.#paths[index] };
    const { manifest: identity } = this.#cache;
    await requireCache(this.#cache.folder);
    await writeViewShard(this.#file(index), { identity, settings: this.#settings, content });
    this.#finished.add(index);
  }

  /**
   * Lists the views in the cache's manifest.
   *
   * @returns The manifest.
   * @throws {Error} When shards are missing, or belong to other parts.
   */
  async finish(): Promise<CacheManifest> {
    const { folder, manifest } = this.#cache;
    const missing = this.#paths.length - this.#finished.size;
    if (missing > 0) {
      throw new Error(
        `Cannot finish the views: ${missing} of ${this.#paths.length} shards are missing`,
      );
    }
    await requireCache(folder);
    const known = manifest.views;
    const views = await listViews(folder, { identity: manifest, paths: this.#paths, known });
    return await writeManifest(folder, { ...manifest, views });
  }

  #file(index: number): string {
    return join(this.#cache.folder, viewShardFileName(index, this.#paths.length));
  }
}

/**
 * Makes sure that a folder holds no views, or such as are asked for.
 *
 * @throws {Error} When it holds others; the message names each difference and the remedies.
 * @throws {SyntaxError} When a file of views is damaged; the message names file and remedy.
 */
export async function requireSameViews(folder: string, settings: ViewSettings): Promise<void> {
  for (const name of (await namesIn(folder)).filter((name) => isShardOf("views", name))) {
    const found = await readFinishedShard(join(folder, name), { read: readSettings });
    const differences = found ? describeViewDifferences(found, settings) : [];
    if (differences.length === 0) continue;
    throw new Error(
      `Cannot cache views in ${folder}: it holds others (${differences.join("; ")}); ask for the ` +
        "same, delete its files views-*.safetensors, or choose another --rollout-dir",
    );
  }
}

async function readSettings(file: string): Promise<ViewSettings> {
  using shard = await SafetensorsFile.open(file);
  try {
    return parseViewSettings(shard.metadata);
  } catch (error) {
    throw new SyntaxError(
      `Cannot read shard: ${file} holds no views (${(error as Error).message})`,
    );
  }
}
