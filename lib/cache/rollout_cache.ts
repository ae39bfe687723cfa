/**
 * Reads a complete cache.
 *
 * @module
 */
import { MAX_SHARD_BYTES } from "../files/limits.ts";
import { readRegularFile } from "../files/regular_file.ts";
import { ifPresent } from "../files/if_present.ts";
import { join } from "node:path";
import { sha256Hex } from "../files/sha256.ts";
import { readCheckedIndex } from "./checked_index.ts";
import { INDEX_FILE, type IndexEntry } from "./index_file.ts";
import { type CacheManifest, readManifest } from "./manifest.ts";
import { isSameList } from "./photos.ts";
import { parseShard } from "./shard.ts";

/** What stays in memory of a shard. */
interface LoadedShard {
  /** The maps of its rows, one after the other. */
  readonly maps: Float32Array;
  /** The checksum of each row's photo. */
  readonly checksums: Uint32Array;
}

/**
 * The teacher's maps of a data set, by path of the photo.
 *
 * A shard is read, checked against its SHA-256 and kept in memory when one of its maps is first asked
 * for: 788 bytes a photo for a 14 × 14 grid, so that a million photos take 0.8 GB.
 */
export class RolloutCache implements Disposable {
  /** Where it lies. */
  readonly folder: string;
  /** What the cache was made with and what it holds. */
  readonly manifest: CacheManifest;
  /** The photos that have a map, in sorted order. */
  readonly paths: readonly string[];
  readonly #entries: ReadonlyMap<string, IndexEntry>;
  readonly #shards = new Map<number, Promise<LoadedShard>>();

  private constructor(folder: string, manifest: CacheManifest, entries: readonly IndexEntry[]) {
    this.folder = folder;
    this.manifest = manifest;
    this.paths = entries.map(({ path }) => path);
    this.#entries = new Map(entries.map((entry) => [entry.path, entry]));
  }

  /**
   * Opens a cache; its shards are only looked at for their sizes.
   *
   * @throws {SyntaxError} When the manifest or the index is damaged, or they or the shards' sizes
   * contradict each other.
   * @throws {Error} When there is no cache, or not all of it.
   */
  static async open(folder: string): Promise<RolloutCache> {
    const manifest = await readManifest(folder);
    if (!manifest) {
      throw new Error(
        `Cannot open the cache: ${folder} holds no manifest.json, expected what precompute writes; ` +
          "run it first, or name another --rollout-dir",
      );
    }
    if (!manifest.complete) {
      throw new Error(
        `Cannot open the cache: ${folder} is not complete; run precompute again, which resumes it`,
      );
    }
    await checkShardSizes(folder, manifest);
    return new RolloutCache(folder, manifest, await readCheckedIndex(folder, manifest));
  }

  /** Whether there is a map of a photo. */
  has(path: string): boolean {
    return this.#entries.has(path);
  }

  /**
   * Says in which shard and row a photo's map lies.
   *
   * @throws {RangeError} When there is no map of the photo.
   */
  locate(path: string): IndexEntry {
    const entry = this.#entries.get(path);
    if (entry) return entry;
    throw new RangeError(
      `Cannot read map: ${this.folder} has none of "${path}", expected a photo of its index`,
    );
  }

  /**
   * Reads the map of one photo.
   *
   * @returns Raw, before division by its maximum: [gridHeight, gridWidth], the caller's own.
   * @throws {RangeError} When there is no map of the photo.
   * @throws {SyntaxError} When its shard is damaged.
   */
  async readMap(path: string): Promise<Float32Array> {
    const { shard, row } = this.locate(path);
    const size = this.#mapSize;
    const { maps } = await this.#shard(shard);
    return maps.slice(row * size, (row + 1) * size);
  }

  /**
   * Reads the maps of several photos.
   *
   * @returns Raw maps in the order of `paths`: [paths, gridHeight, gridWidth].
   * @throws As {@linkcode readMap} does.
   */
  async readMaps(paths: readonly string[]): Promise<Float32Array> {
    const maps = new Float32Array(paths.length * this.#mapSize);
    for (const [place, path] of paths.entries()) {
      maps.set(await this.readMap(path), place * this.#mapSize);
    }
    return maps;
  }

  /**
   * Reads all maps, a shard at a time, of which none stays in memory.
   *
   * @returns Raw maps in the order of {@linkcode RolloutCache.paths}: each time [rows, gridHeight, gridWidth].
   * @throws {SyntaxError} When a shard is damaged.
   */
  async *eachShard(): AsyncGenerator<Float32Array> {
    for (const index of this.manifest.shards.keys()) yield (await this.#loadShard(index)).maps;
  }

  /**
   * Reads what the file of one photo held when it was mapped.
   *
   * @returns The CRC-32 of the whole file.
   * @throws As {@linkcode readMap} does.
   */
  async readChecksum(path: string): Promise<number> {
    const { shard, row } = this.locate(path);
    const { checksums } = await this.#shard(shard);
    return checksums[row];
  }

  /** Forgets the shards in memory; reading again loads them again. No file stays open in between. */
  close(): void {
    this.#shards.clear();
  }

  /** Closes the cache at the end of a `using` block. */
  [Symbol.dispose](): void {
    this.close();
  }

  get #mapSize(): number {
    const [gridHeight, gridWidth] = this.manifest.settings.grid;
    return gridHeight * gridWidth;
  }

  #shard(index: number): Promise<LoadedShard> {
    const known = this.#shards.get(index);
    if (known) return known;
    const loading = this.#loadShard(index);
    this.#shards.set(index, loading);
    return loading;
  }

  async #loadShard(index: number): Promise<LoadedShard> {
    const entry = this.manifest.shards[index];
    const file = join(this.folder, entry.file);
    const bytes = await readRegularFile(file, { maxBytes: MAX_SHARD_BYTES });
    const sha256 = sha256Hex(bytes);
    if (sha256 !== entry.sha256) {
      throw damaged(file, `its SHA-256 is ${sha256}, expected ${entry.sha256}`);
    }
    const { paths, maps, checksums } = parseShard(bytes, { file, identity: this.manifest });
    const before = this.manifest.shards.slice(0, index).reduce((sum, { rows }) => sum + rows, 0);
    if (!isSameList(paths, this.paths.slice(before, before + entry.rows))) {
      throw damaged(file, `its photos are not those of ${INDEX_FILE}`);
    }
    return { maps, checksums: Uint32Array.from(checksums) };
  }
}

async function checkShardSizes(folder: string, { shards }: CacheManifest): Promise<void> {
  for (const shard of shards) {
    const file = join(folder, shard.file);
    const found = await ifPresent(Deno.stat(file));
    if (!found) {
      throw new Error(
        `Cannot open the cache: ${file} is missing; run precompute --repair, which makes it anew`,
      );
    }
    if (found.size !== shard.bytes) {
      throw damaged(file, `it has ${found.size} bytes, expected ${shard.bytes}`);
    }
  }
}

function damaged(file: string, detail: string): SyntaxError {
  return new SyntaxError(
    `Cannot read shard: ${file} is damaged (${detail}); run precompute --repair`,
  );
}
