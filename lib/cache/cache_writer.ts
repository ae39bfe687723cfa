/**
 * Makes a cache shard by shard, so that an interrupted one goes on where its last whole shard ended.
 *
 * @module
 */
import { join } from "node:path";
import { writeFileAtomically } from "../files/atomic_write.ts";
import { sha256OfFile } from "../files/sha256.ts";
import { removeCacheFiles, removeTemporaryFiles } from "./cache_files.ts";
import { INDEX_FILE, indexLine } from "./index_file.ts";
import { type CacheManifest, readManifest, type ShardEntry, writeManifest } from "./manifest.ts";
import { accountsFor, checkPhotoPaths, photoPathsSha256, type SkippedPhoto } from "./photos.ts";
import { requireSameCache } from "./same_cache.ts";
import { type CacheIdentity, type CacheSettings, checkIdentity } from "./settings.ts";
import {
  readShardPhotos,
  type ShardContent,
  shardCount,
  shardFileName,
  writeShard,
} from "./shard.ts";

/** How to open a cache for writing. */
export interface CacheWriterOptions {
  /** What the maps are made with. */
  readonly settings: CacheSettings;
  /** All photos of the data set: relative, with `/`, sorted by code units. */
  readonly paths: readonly string[];
  /** Removes whatever cache the folder holds, instead of resuming or refusing it. */
  readonly overwrite?: boolean;
}

/** A shard yet to be written. */
export interface MissingShard {
  /** Its number, from 0. */
  readonly index: number;
  /** The photos of its group, decodable or not. */
  readonly paths: readonly string[];
}

/**
 * A cache being made. What it leaves depends on settings, photos and maps alone, byte for byte,
 * however often it was interrupted between two shards; the teacher keeps the name of the first run.
 */
export class CacheWriter {
  readonly #folder: string;
  readonly #identity: CacheIdentity;
  readonly #paths: readonly string[];
  /** For each finished shard, what it had to leave out. */
  readonly #finished = new Map<number, readonly SkippedPhoto[]>();

  private constructor(folder: string, identity: CacheIdentity, paths: readonly string[]) {
    this.#folder = folder;
    this.#identity = identity;
    this.#paths = paths;
  }

  /**
   * Starts a cache, or resumes one that was made with the same settings from the same photos.
   *
   * Finished shards are checked: photos, shape, and the SHA-256 where the manifest already has it.
   *
   * @param folder Made when it is missing; files that belong to no cache are left alone.
   * @throws {RangeError} When settings or paths are impossible.
   * @throws {SyntaxError} When the manifest or a finished shard is damaged.
   * @throws {Error} When the folder holds another cache; the message names each difference.
   */
  static async open(
    folder: string,
    { settings, paths, overwrite = false }: CacheWriterOptions,
  ): Promise<CacheWriter> {
    checkPhotoPaths(paths);
    const dataset = { imageCount: paths.length, pathsSha256: photoPathsSha256(paths) };
    const asked = checkIdentity({ settings, dataset });
    if (overwrite) await removeCacheFiles(folder);
    const manifest = await readManifest(folder);
    await requireSameCache(folder, { manifest, identity: asked });
    await removeTemporaryFiles(folder);

    const identity = manifest ?? asked; // they differ in the teacher's name at most
    const writer = new CacheWriter(folder, identity, paths);
    await writer.#findFinishedShards(manifest?.complete ? manifest.shards : []);
    if (!manifest || (manifest.complete && !writer.isComplete)) {
      const nothing = { complete: false, mapCount: 0, skipped: [], shards: [] };
      await writeManifest(folder, { ...identity, ...nothing });
    }
    return writer;
  }

  /** Whether every shard is written, so that {@linkcode finish} may be called. */
  get isComplete(): boolean {
    return this.#finished.size === this.#count;
  }

  /** The photos left out by the shards written so far, in order of path. */
  get skipped(): SkippedPhoto[] {
    return this.#indices().flatMap((index) => this.#finished.get(index) ?? []);
  }

  /** The shards that are not yet written, in order. */
  missingShards(): MissingShard[] {
    return this.#indices()
      .filter((index) => !this.#finished.has(index))
      .map((index) => ({ index, paths: this.#group(index) }));
  }

  /**
   * Writes one shard, whole or not at all.
   *
   * @param index The number of the shard, from 0.
   * @param content Every photo of the shard's group with its map, or among the skipped.
   * @throws {RangeError} When photos are missing or strange, or a map holds NaN or infinity.
   * @throws {TypeError} When there are not gridHeight · gridWidth values a path.
   */
  async writeShard(index: number, content: ShardContent): Promise<void> {
    const group = this.#group(index);
    if (!this.#indices().includes(index) || !accountsFor(group, content)) {
      throw new RangeError(
        `Cannot write shard ${index}: the photos are not those of its group, expected each of ` +
          `${group.length} either with a map or skipped, in order`,
      );
    }
    await writeShard(this.#file(index), { identity: this.#identity, content });
    this.#finished.set(index, content.skipped);
  }

  /**
   * Writes the index and then the manifest, from what the shards say.
   *
   * @returns The manifest of the complete cache.
   * @throws {Error} When shards are missing.
   */
  async finish(): Promise<CacheManifest> {
    if (!this.isComplete) {
      const missing = this.#count - this.#finished.size;
      throw new Error(`Cannot finish the cache: ${missing} of ${this.#count} shards are missing`);
    }
    await writeFileAtomically(join(this.#folder, INDEX_FILE), this.#indexPieces());
    const shards: ShardEntry[] = [];
    for (const index of this.#indices()) shards.push(await this.#shardEntry(index));
    const mapCount = shards.reduce((sum, { rows }) => sum + rows, 0);
    const contents = { complete: true, mapCount, skipped: this.skipped, shards };
    return await writeManifest(this.#folder, { ...this.#identity, ...contents });
  }

  get #count(): number {
    return shardCount(this.#identity);
  }

  #indices(): number[] {
    return Array.from({ length: this.#count }, (_, index) => index);
  }

  #group(index: number): readonly string[] {
    const { shardSize } = this.#identity.settings;
    return this.#paths.slice(index * shardSize, (index + 1) * shardSize);
  }

  #file(index: number): string {
    return join(this.#folder, shardFileName(index, this.#count));
  }

  async #findFinishedShards(entries: readonly ShardEntry[]): Promise<void> {
    for (const index of this.#indices()) {
      try {
        const photos = await readShardPhotos(this.#file(index), { identity: this.#identity });
        const sha256 = entries[index]?.sha256;
        const isIntact = accountsFor(this.#group(index), photos) &&
          (sha256 === undefined || sha256 === await sha256OfFile(this.#file(index)));
        if (!isIntact) throw new SyntaxError(`Cannot read shard: ${this.#file(index)} is damaged`);
        this.#finished.set(index, photos.skipped);
      } catch (error) {
        if (error instanceof Deno.errors.NotFound) continue;
        if (!(error instanceof SyntaxError)) throw error;
        throw new SyntaxError(`${error.message}; delete it and run precompute again`);
      }
    }
  }

  async *#indexPieces(): AsyncGenerator<Uint8Array> {
    const encoder = new TextEncoder();
    for (const shard of this.#indices()) {
      const { paths } = await readShardPhotos(this.#file(shard), { identity: this.#identity });
      yield encoder.encode(paths.map((path, row) => indexLine({ path, shard, row })).join(""));
    }
  }

  async #shardEntry(index: number): Promise<ShardEntry> {
    const file = this.#file(index);
    return {
      file: shardFileName(index, this.#count),
      rows: this.#group(index).length - this.#finished.get(index)!.length,
      bytes: (await Deno.stat(file)).size,
      sha256: await sha256OfFile(file),
    };
  }
}
