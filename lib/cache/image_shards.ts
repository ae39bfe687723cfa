/**
 * The pixels beside the maps of a cache that is being made.
 *
 * @module
 */
import { join } from "node:path";
import { ifPresent } from "../files/if_present.ts";
import { sha256OfFile } from "../files/sha256.ts";
import {
  imageShardFileName,
  type ImageShardIndex,
  readImageShardIndex,
  writeImageShard,
} from "./image_shard.ts";
import { readFinishedShard } from "./finished_shard.ts";
import type { ShardEntry } from "./manifest.ts";
import type { FileProgress } from "./map_shards.ts";
import { isSameList } from "./photos.ts";
import type { CacheIdentity } from "./settings.ts";
import { shardCount } from "./shard.ts";

/** The image shards of one cache: which are finished, and how the manifest lists them. */
export class ImageShards {
  readonly #folder: string;
  readonly #identity: CacheIdentity;
  readonly #read: (file: string) => Promise<ImageShardIndex>;
  /** The photos of the rows of each finished shard. */
  readonly #finished = new Map<number, readonly string[]>();
  /** The shards written since the manifest was read: what it says of them no longer holds. */
  readonly #written = new Set<number>();

  /** Nothing is read yet. */
  constructor(folder: string, identity: CacheIdentity) {
    this.#folder = folder;
    this.#identity = identity;
    this.#read = (file) => readImageShardIndex(file, { identity });
  }

  /** Whether a shard is finished: it holds exactly these photos. */
  has(index: number, paths: readonly string[]): boolean {
    const finished = this.#finished.get(index);
    return finished !== undefined && isSameList(finished, paths);
  }

  /**
   * Looks which shards are finished.
   *
   * @param indices Which to look at.
   * @param entries What the manifest says of all, if it does: their SHA-256 is then checked.
   * @throws {SyntaxError} When one is damaged or belongs to another cache, naming it.
   */
  async find(indices: readonly number[], entries: readonly ShardEntry[] = []): Promise<void> {
    for (const index of indices) {
      const sha256 = entries[index]?.sha256;
      const found = await readFinishedShard(this.#file(index), { read: this.#read, sha256 });
      if (found) this.#finished.set(index, found.paths);
    }
  }

  /**
   * Writes one shard, whole or not at all.
   *
   * @throws {TypeError} When there are not height · width · 3 bytes a path.
   */
  async write(index: number, content: { paths: readonly string[]; pixels: Uint8Array }) {
    await writeImageShard(this.#file(index), { identity: this.#identity, content });
    this.#finished.set(index, content.paths);
    this.#written.add(index);
  }

  /**
   * Lists the shards for the manifest.
   *
   * @param paths The photos with a map, shard by shard.
   * @param options `known`: what an earlier manifest says: files of the same size, if not written since, are not
   * read again; `onFile` is called after each file.
   * @returns Nothing when a shard is missing or holds other photos than the maps' does.
   * @throws {SyntaxError} When one is damaged, naming it.
   */
  async entries(
    paths: readonly (readonly string[])[],
    { known = [], onFile }: FileProgress & { known?: readonly ShardEntry[] } = {},
  ): Promise<ShardEntry[] | undefined> {
    const entries: ShardEntry[] = [];
    for (const [index, expected] of paths.entries()) {
      const file = this.#file(index);
      const found = await ifPresent(this.#read(file));
      if (!found || !isSameList(found.paths, expected)) return undefined;
      const { size: bytes } = await Deno.stat(file);
      const isKnown = known[index]?.bytes === bytes && !this.#written.has(index);
      const name = imageShardFileName(index, paths.length);
      const sha256 = isKnown ? known[index].sha256 : await sha256OfFile(file);
      entries.push({ file: name, rows: expected.length, bytes, sha256 });
      onFile?.();
    }
    return entries;
  }

  #file(index: number): string {
    return join(this.#folder, imageShardFileName(index, shardCount(this.#identity)));
  }
}
