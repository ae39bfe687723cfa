/**
 * The input path alone: from files, or from the cache, to prepared pixels.
 *
 * @module
 */
import { join } from "node:path";
import { RolloutCache } from "../../lib/cache/rollout_cache.ts";
import { listImages } from "../../lib/dataset/image_folder.ts";
import { PhotoSource } from "../../lib/dataset/photo_source.ts";
import type { Preprocessing } from "../../lib/image/preprocess.ts";
import { describeModel } from "../../lib/model/model_source.ts";
import { precompute } from "../../lib/precompute/precompute.ts";
import type { Bench } from "./bench.ts";
import { repeatedContender, secondsOf } from "./contenders.ts";
import { writePhotos } from "./generated_photos.ts";
import { type Contender, measurePairs } from "./pairs.ts";
import type { Peer } from "./peer_process.ts";
import { type Section, throughputRow } from "./result.ts";

/** The photos of the measurement, and how they are wanted. */
interface PhotoSet {
  readonly folder: string;
  readonly preprocessing: Preprocessing;
  readonly workers: number;
  readonly batchSize: number;
}

/** Measures how many photos a second are decoded and prepared, and how many the cache gives back. */
export async function benchInput(bench: Bench): Promise<Section> {
  const { options, reporter, peer } = bench;
  const { photoCount, workers, batchSize, teacherModel: model, teacherArgs: args } = options;
  const { preprocessing } = await describeModel({ ...options, model, args });
  const set = { folder: join(bench.folder, "input-photos"), preprocessing, workers, batchSize };
  await writePhotos(set.folder, { count: photoCount, reporter });
  const rolloutDir = join(bench.folder, "input-cache");
  await cachePixels(set, rolloutDir);
  using cache = await RolloutCache.open(rolloutDir);
  using files = await PhotoSource.open({ ...set, datasetPath: set.folder });
  using pixels = await PhotoSource.open({ ...set, datasetPath: set.folder, cache });
  const measure = async (title: string, ours: PhotoSource, peer?: Contender) => {
    const contender = loading(ours, await listImages(set.folder));
    const times = await measurePairs({ ...options, title, ours: contender, peer, reporter });
    return throughputRow(title, times, photoCount);
  };
  return {
    name: "input",
    title: `Input: ${photoCount} photos of 480×360 (JPEG, every fourth PNG) to ` +
      `${preprocessing.imageSize.join("×")}, ${workers} workers`,
    rows: [
      await measure(
        "decoded and prepared",
        files,
        peer?.isAlive ? peerLoading(peer, set) : undefined,
      ),
      await measure("prepared pixels from the cache", pixels),
    ],
    notes: [],
  };
}

/** Writes a cache of the photos' pixels; its maps are nobody's. */
async function cachePixels(
  { folder: datasetPath, preprocessing, workers, batchSize }: PhotoSet,
  rolloutDir: string,
): Promise<void> {
  const maps = (images: readonly unknown[]) => Promise.resolve(new Float32Array(images.length));
  await precompute({
    datasetPath,
    rolloutDir,
    teacher: { preprocessing, grid: [1, 1], maps },
    settings: {
      teacher: { name: "none", args: {}, weightsSha256: "0".repeat(64) },
      rollout: { mode: "paper", headFusion: "mean", discardRatio: 0 },
      shardSize: 1024,
    },
    batchSize,
    workers,
    cacheImages: true,
  });
}

/** Our side: all photos at once, as the source's workers take them. */
function loading(source: PhotoSource, paths: readonly string[]): Contender {
  return repeatedContender(() =>
    secondsOf(() => Promise.all(paths.map((path) => source.load(path))))
  );
}

/** The peer's side: torchvision's transforms in the workers of a `DataLoader`. */
function peerLoading(peer: Peer, set: PhotoSet): Contender {
  return repeatedContender(async () =>
    (await peer.request<{ seconds: number }>("input", { ...set })).seconds
  );
}
