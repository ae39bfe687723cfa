/**
 * Reads the photos' pixels of a complete cache, without decoding.
 *
 * @module
 */
import { join } from "node:path";
import { ifPresent } from "../files/if_present.ts";
import type { Preprocessing } from "../image/preprocess.ts";
import type { RgbImage } from "../image/rgb_image.ts";
import {
  bytesPerPhoto,
  type ImageShardIndex,
  readImageRow,
  readImageShardIndex,
} from "./image_shard.ts";
import type { RolloutCache } from "./rollout_cache.ts";
import { describeDifferences } from "./settings.ts";

/** The pixels of a cache's photos, by path; each is one read at its place in a file. */
export class ImageCache {
  readonly #cache: RolloutCache;
  readonly #shards = new Map<number, Promise<ImageShardIndex>>();

  /** Nothing is read yet; {@linkcode imagesObstacle} says beforehand whether it can be. */
  constructor(cache: RolloutCache) {
    this.#cache = cache;
  }

  /**
   * Reads one photo.
   *
   * @returns The teacher's crop, the caller's own.
   * @throws {RangeError} When the photo is not in the cache.
   * @throws {SyntaxError} When its pixels are damaged, naming file and photo.
   */
  async load(path: string): Promise<RgbImage> {
    const { shard, row } = this.#cache.locate(path);
    const { manifest } = this.#cache;
    const [height, width] = manifest.settings.preprocessing.imageSize;
    const data = await readImageRow(this.#file(shard), {
      index: await this.#index(shard),
      row,
      bytes: bytesPerPhoto(manifest),
    });
    return { height, width, data };
  }

  #index(shard: number): Promise<ImageShardIndex> {
    const known = this.#shards.get(shard);
    if (known) return known;
    const reading = this.#readIndex(shard);
    this.#shards.set(shard, reading);
    return reading;
  }

  async #readIndex(shard: number): Promise<ImageShardIndex> {
    const { manifest } = this.#cache;
    const index = await readImageShardIndex(this.#file(shard), { identity: manifest });
    const isRight = index.paths.every((path, row) => {
      const place = this.#cache.has(path) ? this.#cache.locate(path) : undefined;
      return place?.shard === shard && place.row === row;
    });
    if (isRight) return index;
    throw damaged(this.#file(shard), "its photos are not those of the maps");
  }

  #file(shard: number): string {
    return imageFile(this.#cache, shard);
  }
}

/**
 * Finds out why the pixels of a cache cannot stand in for photos that are decoded and prepared.
 *
 * @param preprocessing How the photos are wanted; mean and standard deviation do not matter, for pixels
 * are kept as they are before that.
 * @returns A reason in words, or undefined when nothing is in the way.
 * @throws {SyntaxError} When a file has another size than the manifest says.
 */
export async function imagesObstacle(
  cache: RolloutCache,
  preprocessing: Preprocessing,
): Promise<string | undefined> {
  const { manifest } = cache;
  if (!manifest.images) return "the cache holds none";
  const { mean, std } = manifest.settings.preprocessing;
  const settings = { ...manifest.settings, preprocessing: { ...preprocessing, mean, std } };
  const differences = describeDifferences(manifest, { ...manifest, settings });
  if (differences.length > 0) return `they were prepared otherwise: ${differences.join("; ")}`;
  for (const [shard, { bytes }] of manifest.images.entries()) {
    const file = imageFile(cache, shard);
    const found = await ifPresent(Deno.stat(file));
    if (!found) return `${file} is missing; precompute --cache-images makes it anew`;
    if (found.size !== bytes) {
      throw damaged(file, `it has ${found.size} bytes, expected ${bytes}`);
    }
  }
}

function imageFile({ folder, manifest }: RolloutCache, shard: number): string {
  return join(folder, manifest.images![shard].file);
}

function damaged(file: string, detail: string): SyntaxError {
  return new SyntaxError(
    `Cannot read pixels: ${file} is damaged (${detail}); ` +
      "run precompute --repair",
  );
}
