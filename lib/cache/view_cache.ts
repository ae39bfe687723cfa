/**
 * Reads the views of a complete cache.
 *
 * @module
 */
import { MAX_SHARD_BYTES } from "../files/limits.ts";
import { readRegularFile } from "../files/regular_file.ts";
import { join } from "node:path";
import { ifPresent } from "../files/if_present.ts";
import { sha256Hex } from "../files/sha256.ts";
import type { CachedViews } from "./manifest.ts";
import { isSameList } from "./photos.ts";
import type { RolloutCache } from "./rollout_cache.ts";
import { parseViewShard, type ViewShardContent } from "./view_shard.ts";
import { describeViewDifferences, type ViewSettings } from "./view_settings.ts";

/** One view of a photo. */
export interface CachedView {
  /** The parameters of its augmentation, as they were written. */
  readonly augmentation: unknown;
  /** The teacher's map of it, raw, before division by its maximum: [gridHeight, gridWidth]. */
  readonly map: Float32Array;
}

/**
 * The teacher's maps of augmented views, by path of the photo and number of the view.
 *
 * A shard is read, checked against its SHA-256 and kept in memory when one of its views is first asked for.
 */
export class ViewCache {
  /** How the views were drawn. */
  readonly settings: ViewSettings;
  readonly #cache: RolloutCache;
  readonly #entries: CachedViews["shards"];
  readonly #shards = new Map<number, Promise<ViewShardContent>>();

  private constructor(cache: RolloutCache, { shards, ...settings }: CachedViews) {
    this.#cache = cache;
    this.#entries = shards;
    this.settings = settings;
  }

  /**
   * Opens the views of a cache, which stays the caller's; files are only looked at for their sizes.
   *
   * @throws {Error} When the cache holds no views, or a file of them is missing; the message names the
   * remedy.
   * @throws {SyntaxError} When a file has another size than the manifest says.
   */
  static async open(cache: RolloutCache): Promise<ViewCache> {
    const { folder, manifest: { views } } = cache;
    if (!views) {
      throw new Error(
        `Cannot read views: the cache in ${folder} holds none (or not all); run precompute with ` +
          "--views=K, which adds them",
      );
    }
    const { perPhoto, seed } = views;
    for (const { file: name, bytes } of views.shards) {
      const file = join(folder, name);
      const found = await ifPresent(Deno.stat(file));
      if (!found) {
        throw new Error(
          `Cannot read views: ${file} is missing; precompute --views=${perPhoto} --seed=${seed} ` +
            "makes it anew",
        );
      }
      if (found.size !== bytes) {
        throw damaged(file, `it has ${found.size} bytes, expected ${bytes}`);
      }
    }
    return new ViewCache(cache, views);
  }

  /**
   * Reads one view of a photo.
   *
   * @param view Its number, from 0.
   * @throws {RangeError} When there is no such view.
   * @throws {SyntaxError} When its shard is damaged.
   */
  async read(path: string, view: number): Promise<CachedView> {
    const { perPhoto } = this.settings;
    if (!Number.isInteger(view) || view < 0 || view >= perPhoto) {
      throw new RangeError(
        `Cannot read view: its number is ${view}, expected an integer from 0 to ${perPhoto - 1}`,
      );
    }
    const { shard, row } = this.#cache.locate(path);
    const { augmentations, maps } = await this.#shard(shard);
    const [gridHeight, gridWidth] = this.#cache.manifest.settings.grid;
    const size = gridHeight * gridWidth;
    const start = (row * perPhoto + view) * size;
    return { augmentation: augmentations[row][view], map: maps.slice(start, start + size) };
  }

  #shard(index: number): Promise<ViewShardContent> {
    const known = this.#shards.get(index);
    if (known) return known;
    const loading = this.#load(index);
    this.#shards.set(index, loading);
    return loading;
  }

  async #load(index: number): Promise<ViewShardContent> {
    const { folder, manifest, paths } = this.#cache;
    const entry = this.#entries[index];
    const file = join(folder, entry.file);
    const bytes = await readRegularFile(file, { maxBytes: MAX_SHARD_BYTES });
    const sha256 = sha256Hex(bytes);
    if (sha256 !== entry.sha256) {
      throw damaged(file, `its SHA-256 is ${sha256}, expected ${entry.sha256}`);
    }
    const content = parseViewShard(bytes, { file, identity: manifest });
    const before = manifest.shards.slice(0, index).reduce((sum, { rows }) => sum + rows, 0);
    if (!isSameList(content.paths, paths.slice(before, before + entry.rows))) {
      throw damaged(file, "its photos are not those of the maps");
    }
    const differences = describeViewDifferences(content.settings, this.settings);
    if (differences.length === 0) return content;
    throw damaged(file, `manifest.json says otherwise: ${differences.join("; ")}`);
  }
}

function damaged(file: string, detail: string): SyntaxError {
  return new SyntaxError(
    `Cannot read views: ${file} is damaged (${detail}); run precompute --repair`,
  );
}
