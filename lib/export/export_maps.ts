/**
 * The maps of a cache as one array for NumPy.
 *
 * @module
 */
import { join } from "node:path";
import { RolloutCache } from "../cache/rollout_cache.ts";
import { writeFileAtomically } from "../files/atomic_write.ts";
import { divideByMaximum } from "../rollout/divide_by_maximum.ts";
import { npyHeader } from "./npy.ts";

/** The names of the files that {@linkcode exportMaps} writes. */
export const mapFiles = ["maps.npy", "paths.json"] as const;

/** Which maps are exported, how, and where to. */
export interface ExportMapsOptions {
  /** The cache's folder. */
  readonly rolloutDir: string;
  /** The folder that the files go to. */
  readonly folder: string;
  /** Whether each map is divided by its maximum; an all-zero one stays. */
  readonly divideByMaximum: boolean;
  /** Stops the work before the next shard. */
  readonly signal?: AbortSignal;
  /** Called after each shard. */
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
}

/** Paths in one piece of `paths.json`. */
const PATHS_TO_A_PIECE = 4096;

/**
 * Writes `maps.npy`, float32 [photos, gridHeight, gridWidth] in order of path, and `paths.json`, the list of these
 * paths, relative to the data set with `/`. One shard of maps is in memory at a time.
 *
 * @returns The shape of the array.
 * @throws {Error} When there is no cache, or not all of it.
 * @throws {SyntaxError} When the cache is damaged.
 * @throws The signal's reason, when it was aborted; the files are then as they were.
 */
export async function exportMaps(
  options: ExportMapsOptions,
): Promise<readonly [photos: number, gridHeight: number, gridWidth: number]> {
  using cache = await RolloutCache.open(options.rolloutDir);
  const { grid } = cache.manifest.settings;
  const shape = [cache.paths.length, ...grid] as const;
  const [maps, paths] = mapFiles.map((name) => join(options.folder, name));
  await writeFileAtomically(maps, npyPieces(cache, { ...options, shape }));
  await writeFileAtomically(paths, jsonPieces(cache.paths));
  return shape;
}

async function* npyPieces(
  cache: RolloutCache,
  { shape, divideByMaximum: divides, signal, onProgress }: ExportMapsOptions & {
    shape: readonly [number, number, number];
  },
): AsyncGenerator<Uint8Array> {
  const [total, gridHeight, gridWidth] = shape;
  const size = gridHeight * gridWidth;
  let done = 0;
  yield npyHeader(shape);
  for await (const maps of cache.eachShard()) {
    signal?.throwIfAborted();
    if (divides) divideEach(maps, size);
    yield new Uint8Array(maps.buffer, maps.byteOffset, maps.byteLength);
    done += maps.length / size;
    onProgress?.({ done, total });
  }
}

function divideEach(maps: Float32Array, size: number): void {
  for (let start = 0; start < maps.length; start += size) {
    maps.set(divideByMaximum(maps.subarray(start, start + size)), start);
  }
}

/** A list of texts as JSON, a line each. */
function* jsonPieces(paths: readonly string[]): Generator<Uint8Array> {
  const encoder = new TextEncoder();
  for (let start = 0; start < paths.length; start += PATHS_TO_A_PIECE) {
    const lines = paths.slice(start, start + PATHS_TO_A_PIECE).map((path) => JSON.stringify(path));
    yield encoder.encode(`${start === 0 ? "[\n" : ",\n"}${lines.join(",\n")}`);
  }
  yield encoder.encode(paths.length === 0 ? "[]\n" : "\n]\n");
}
