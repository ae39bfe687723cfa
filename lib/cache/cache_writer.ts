/**
 * Makes a cache shard by shard, so that an interrupted one goes on where its last whole shard ended.
 *
 * @module
 */
import { join } from "node:path";
import { writeFileAtomically } from "../files/atomic_write.ts";
import { removeCacheFiles, removeTemporaryFiles } from "./cache_files.ts";
import type { CachePart } from "./cache_part.ts";
import type { ImageShardContent } from "./image_shard.ts";
import { ImageShards } from "./image_shards.ts";
import { INDEX_FILE, indexLine } from "./index_file.ts";
import { listViews } from "./list_views.ts";
import { type CacheContents, type CacheManifest, writeManifest } from "./manifest.ts";
import { type FileProgress, MapShards } from "./map_shards.ts";
import type { MissingShard } from "./missing_shard.ts";
import { checkPhotoPaths, photoPathsSha256, type SkippedPhoto } from "./photos.ts";
import { requireCache } from "./require_cache.ts";
import { readSameCache } from "./same_cache.ts";
import { type CacheIdentity, type CacheSettings, checkIdentity } from "./settings.ts";
import type { ShardContent } from "./shard.ts";

/** How to open a cache for writing. */
export interface CacheWriterOptions {
  /** What the maps are made with. */
  readonly settings: CacheSettings;
  /** All photos of the data set: relative, with `/`, sorted by code units. */
  readonly paths: readonly string[];
  /** Removes whatever cache the folder holds, instead of resuming or refusing it. */
  readonly overwrite?: boolean;
  /** Keeps the photos' pixels beside their maps; without it, pixels that are there stay. */
  readonly cacheImages?: boolean;
  /** The part whose shards are made, and which alone are looked at; all of the cache when not given. */
  readonly part?: CachePart;
}

/**
 * A cache being made. What it leaves depends on settings, photos and maps alone, byte for byte,
 * however often it was interrupted between two shards; the teacher keeps the name of the first run.
 */
export class CacheWriter {
  readonly #folder: string;
  readonly #identity: CacheIdentity;
  readonly #maps: MapShards;
  readonly #images: ImageShards;
  readonly #cacheImages: boolean;
  /** What the manifest said of pixels and views when the cache was opened. */
  readonly #known: Pick<CacheContents, "images" | "views">;

  private constructor(
    folder: string,
    identity: CacheIdentity,
    { paths, cacheImages = false, part, known }:
      & Pick<CacheWriterOptions, "paths" | "cacheImages" | "part">
      & { known: Pick<CacheContents, "images" | "views"> },
  ) {
    this.#folder = folder;
    this.#identity = identity;
    this.#maps = new MapShards(folder, identity, { paths, part });
    this.#images = new ImageShards(folder, identity);
    this.#cacheImages = cacheImages;
    this.#known = known;
  }

  /**
   * Starts a cache, or resumes one that was made with the same settings from the same photos.
   *
   * Finished shards are checked: photos, shape, and the SHA-256 where the manifest already has it; those
   * of pixels only when pixels are asked for.
   *
   * @param folder Made when it is missing; files that belong to no cache are left alone.
   * @throws {RangeError} When settings or paths are impossible.
   * @throws {SyntaxError} When the manifest or a finished shard is damaged.
   * @throws {Error} When the folder holds another cache; the message names each difference.
   */
  static async open(
    folder: string,
    { settings, paths, overwrite = false, cacheImages, part }: CacheWriterOptions,
  ): Promise<CacheWriter> {
    checkPhotoPaths(paths);
    const dataset = { imageCount: paths.length, pathsSha256: photoPathsSha256(paths) };
    const asked = checkIdentity({ settings, dataset });
    if (overwrite) await removeCacheFiles(folder);
    const manifest = await readSameCache(folder, asked);
    await removeTemporaryFiles(folder, part);

    const identity = manifest ?? asked; // they differ in the teacher's name at most
    const known = { images: manifest?.images, views: manifest?.views };
    const writer = new CacheWriter(folder, identity, { paths, cacheImages, part, known });
    await writer.#maps.find(manifest?.complete ? manifest.shards : []);
    if (cacheImages) await writer.#images.find(writer.#maps.indices, known.images);
    if (!manifest || (manifest.complete && !writer.#maps.areComplete)) {
      const nothing = { complete: false, mapCount: 0, skipped: [], shards: [] };
      await writeManifest(folder, { ...identity, ...nothing });
    }
    return writer;
  }

  /** The photos of the cache, or of the part, decodable or not. */
  get photoCount(): number {
    return this.#maps.indices.reduce((sum, index) => sum + this.#maps.group(index).length, 0);
  }

  /** Whether everything is written of the cache, or of the part. */
  get isComplete(): boolean {
    return this.missingShards().length === 0;
  }

  /** The photos left out by the shards written so far, in order of path. */
  get skipped(): SkippedPhoto[] {
    return this.#maps.skipped;
  }

  /** The shards of which something is not yet written, in order. */
  missingShards(): MissingShard[] {
    return this.#maps.indices.flatMap((index): MissingShard[] => {
      if (!this.#maps.has(index)) {
        const missing = this.#cacheImages ? "maps and images" : "maps";
        return [{ index, missing, paths: this.#maps.group(index) }];
      }
      const paths = this.#maps.mapped(index);
      if (!this.#cacheImages || this.#images.has(index, paths)) return [];
      return [{ index, missing: "images", paths, checksums: this.#maps.checksums(index) }];
    });
  }

  /**
   * Writes the maps of one shard, whole or not at all.
   *
   * @param index The number of the shard, from 0.
   * @param content Every photo of the shard's group with its map, or among the skipped.
   * @throws {RangeError} When photos are missing or strange, or a map holds NaN or infinity.
   * @throws {TypeError} When there are not gridHeight · gridWidth values a path.
   */
  async writeShard(index: number, content: ShardContent): Promise<void> {
    await requireCache(this.#folder);
    await this.#maps.write(index, content);
  }

  /**
   * Writes the pixels of one shard, whole or not at all.
   *
   * @param index The number of the shard, from 0.
   * @param content The photos that have a map, or are about to, with their pixels.
   * @throws {TypeError} When there are not height · width · 3 bytes a path.
   */
  async writeImages(index: number, content: ImageShardContent): Promise<void> {
    await requireCache(this.#folder);
    await this.#images.write(index, content);
  }

  /**
   * Writes the index and then the manifest, from what the shards say.
   *
   * @param options `onFile`: called after each file that is read for its SHA-256.
   * @returns The manifest of the complete cache.
   * @throws {Error} When shards are missing, or belong to other parts.
   */
  async finish({ onFile }: FileProgress = {}): Promise<CacheManifest> {
    const { indices, count } = this.#maps;
    const missing = this.missingShards().length + count - indices.length;
    if (missing > 0) {
      throw new Error(
        `Cannot finish the cache: ${missing} of ${count} shards are missing`,
      );
    }
    await requireCache(this.#folder);
    const paths = indices.map((index) => this.#maps.mapped(index));
    await writeFileAtomically(join(this.#folder, INDEX_FILE), indexPieces(paths));
    const shards = await this.#maps.entries({ onFile });
    return await writeManifest(this.#folder, {
      ...this.#identity,
      complete: true,
      mapCount: paths.flat().length,
      skipped: this.skipped,
      shards,
      images: await this.#images.entries(paths, { known: this.#known.images, onFile }),
      views: await listViews(this.#folder, {
        identity: this.#identity,
        paths,
        known: this.#known.views,
        onFile,
      }),
    });
  }
}

function* indexPieces(paths: readonly (readonly string[])[]): Generator<Uint8Array> {
  const encoder = new TextEncoder();
  for (const [shard, ofShard] of paths.entries()) {
    yield encoder.encode(ofShard.map((path, row) => indexLine({ path, shard, row })).join(""));
  }
}
