/**
 * The shards of maps of a cache that is being made, and which photos they are of.
 *
 * @module
 */
import { join } from "node:path";
import { sha256OfFile } from "../files/sha256.ts";
import { type CachePart, isOfPart, wholeCache } from "./cache_part.ts";
import { readFinishedShard } from "./finished_shard.ts";
import type { ShardEntry } from "./manifest.ts";
import { accountsFor, type SkippedPhoto } from "./photos.ts";
import type { CacheIdentity } from "./settings.ts";
import { readShard, type ShardContent, shardCount, shardFileName, writeShard } from "./shard.ts";

/** Whom to tell of files that are read for the manifest. */
export interface FileProgress {
  /** Called after each; what it throws ends the work. */
  readonly onFile?: () => void;
}

interface FinishedShard {
  readonly skipped: readonly SkippedPhoto[];
  readonly checksums: Uint32Array;
}

/** The shards of maps of one cache: which are finished, and how the manifest lists them. */
export class MapShards {
  /** The number of each shard of the part, in order. */
  readonly indices: readonly number[];
  /** The number of all shards. */
  readonly count: number;
  readonly #folder: string;
  readonly #identity: CacheIdentity;
  readonly #paths: readonly string[];
  /** For each finished shard, what it had to leave out, and the checksums of the photos of its rows. */
  readonly #finished = new Map<number, FinishedShard>();

  /** Nothing is read yet; `paths` are all photos of the data set, `part` whose shards are looked at. */
  constructor(
    folder: string,
    identity: CacheIdentity,
    { paths, part = wholeCache }: { paths: readonly string[]; part?: CachePart },
  ) {
    this.count = shardCount(identity);
    this.indices = Array.from({ length: this.count }, (_, index) => index)
      .filter((index) => isOfPart(index, part));
    this.#folder = folder;
    this.#identity = identity;
    this.#paths = paths;
  }

  /** Whether every shard of the part is finished. */
  get areComplete(): boolean {
    return this.#finished.size === this.indices.length;
  }

  /** The photos left out by the finished shards, in order of path. */
  get skipped(): SkippedPhoto[] {
    return this.indices.flatMap((index) => this.#finished.get(index)?.skipped ?? []);
  }

  /** Whether a shard is finished. */
  has(index: number): boolean {
    return this.#finished.has(index);
  }

  /** The photos of a shard's group, decodable or not. */
  group(index: number): readonly string[] {
    const { shardSize } = this.#identity.settings;
    return this.#paths.slice(index * shardSize, (index + 1) * shardSize);
  }

  /** The photos of a finished shard that have a map: those of its rows. */
  mapped(index: number): string[] {
    const skipped = new Set(this.#finished.get(index)!.skipped.map(({ path }) => path));
    return this.group(index).filter((path) => !skipped.has(path));
  }

  /** The checksum of each photo that {@linkcode mapped} gives, as the finished shard has it. */
  checksums(index: number): Uint32Array {
    return this.#finished.get(index)!.checksums;
  }

  /**
   * Looks which shards are finished, and reads each whole.
   *
   * @param entries What the manifest says of them, if it does: their SHA-256 is then checked.
   * @throws {SyntaxError} When one is damaged or belongs to another cache, naming it.
   */
  async find(entries: readonly ShardEntry[]): Promise<void> {
    for (const index of this.indices) {
      const photos = await readFinishedShard(this.#file(index), {
        read: (file) => readShard(file, { identity: this.#identity }),
        belongs: (photos) => accountsFor(this.group(index), photos),
        sha256: entries[index]?.sha256,
      });
      if (photos) this.#finish(index, photos);
    }
  }

  /**
   * Writes one shard, whole or not at all.
   *
   * @throws As {@linkcode writeShard} does; {RangeError} when photos are missing or strange.
   */
  async write(index: number, content: ShardContent): Promise<void> {
    const group = this.group(index);
    if (!this.indices.includes(index) || !accountsFor(group, content)) {
      throw new RangeError(
        `Cannot write shard ${index}: the photos are not those of its group, expected each of ` +
          `${group.length} either with a map or skipped, in order`,
      );
    }
    await writeShard(this.#file(index), { identity: this.#identity, content });
    this.#finish(index, content);
  }

  /** Lists the shards, all finished, for the manifest; `onFile` is called after each has been read. */
  async entries({ onFile }: FileProgress = {}): Promise<ShardEntry[]> {
    const entries: ShardEntry[] = [];
    for (const index of this.indices) {
      const file = this.#file(index);
      entries.push({
        file: shardFileName(index, this.count),
        rows: this.mapped(index).length,
        bytes: (await Deno.stat(file)).size,
        sha256: await sha256OfFile(file),
      });
      onFile?.();
    }
    return entries;
  }

  #finish(index: number, { skipped, checksums }: Omit<ShardContent, "maps">): void {
    this.#finished.set(index, { skipped, checksums: Uint32Array.from(checksums) });
  }

  #file(index: number): string {
    return join(this.#folder, shardFileName(index, this.count));
  }
}
