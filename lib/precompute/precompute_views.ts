/**
 * The teacher looks at augmented views of every photo, and its maps go beside the plain ones.
 *
 * @module
 */
import type { CacheManifest } from "../cache/manifest.ts";
import { RolloutCache } from "../cache/rollout_cache.ts";
import type { ViewSettings } from "../cache/view_settings.ts";
import type { ViewShardContent } from "../cache/view_shard.ts";
import { type MissingViews, ViewWriter } from "../cache/view_writer.ts";
import { AugmentPool } from "../dataset/augment_pool.ts";
import type { Augmentation } from "../dataset/augmentation.ts";
import { PhotoSource } from "../dataset/photo_source.ts";
import { drawView, VIEW_GENERATOR_VERSION } from "../dataset/view.ts";
import type { RgbImage } from "../image/rgb_image.ts";
import { concatenateMaps } from "../rollout/concatenate_maps.ts";
import { mapBatch } from "./map_batch.ts";
import type { PrecomputeOptions } from "./precompute.ts";
import { type Loaded, readAhead } from "./read_ahead.ts";

/** How many views are wanted, and where they are drawn from. */
export type ViewChoice = Pick<ViewSettings, "perPhoto" | "seed">;

/** Of which photos views are mapped, and how; the cache of `rolloutDir` is complete. */
export interface PrecomputeViewsOptions extends
  Pick<
    PrecomputeOptions,
    | "datasetPath"
    | "rolloutDir"
    | "teacher"
    | "batchSize"
    | "workers"
    | "maxPixels"
    | "signal"
    | "part"
  > {
  /** How many views, drawn from which seed. */
  readonly views: ViewChoice;
  /** Called at the start and after each batch, with photos whose views are all mapped. */
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
}

/** The views as the cache records them. */
export function viewSettingsOf({ perPhoto, seed }: ViewChoice): ViewSettings {
  return { perPhoto, generatorVersion: VIEW_GENERATOR_VERSION, seed };
}

/**
 * Maps K augmented views of every photo of a complete cache, or of those that an interrupted run has left.
 *
 * The photos come from the cache's pixels where it has them. Memory holds three batches of photos, two of
 * views, and the maps of one shard. Batches do not cross shards, and the teacher sees the first views of a
 * batch's photos, then their second ones: the files depend on photos, teacher, settings and batch size alone.
 *
 * @returns The manifest, which lists the views.
 * @throws {Error} When the cache holds other views, or a photo has changed since or is gone.
 * @throws The signal's reason, when it was aborted.
 */
export async function precomputeViews(
  options: Omit<PrecomputeViewsOptions, "part">,
): Promise<CacheManifest> {
  const writer = await precomputeViewsPart({ ...options, part: undefined });
  return await writer.finish();
}

/**
 * Does the share of one process in {@linkcode precomputeViews}, and leaves the manifest to whoever merges
 * the parts.
 *
 * @returns The part, of which nothing is missing.
 * @throws As {@linkcode precomputeViews} does.
 */
export async function precomputeViewsPart(options: PrecomputeViewsOptions): Promise<ViewWriter> {
  const { rolloutDir, teacher, batchSize, workers = 2, views, onProgress, part } = options;
  using cache = await RolloutCache.open(rolloutDir);
  const writer = await ViewWriter.open(cache, viewSettingsOf(views), { part });
  const missing = writer.missingShards();
  const missingPaths = missing.flatMap(({ paths }) => paths);
  using source = await PhotoSource.open({
    ...options,
    cache,
    preprocessing: teacher.preprocessing,
  });
  const photos = readAhead(missingPaths, {
    load: (path) => source.load(path),
    ahead: 2 * batchSize,
  });
  using augmenter = new AugmentPool({ workers });
  const total = writer.photoCount;
  const tally = { done: total - missingPaths.length, total };
  onProgress?.({ ...tally });
  for (const shard of missing) {
    const mapped = await mapShard(shard, { photos, tally, augmenter, options });
    await writer.writeShard(shard.index, mapped);
  }
  return writer;
}

/** What the shards of one run share. */
interface Run {
  /** The photos of the missing shards, in order; each shard takes its own. */
  readonly photos: AsyncGenerator<Loaded<string, RgbImage>, void>;
  /** Counted up as photos are done. */
  readonly tally: { done: number; total: number };
  /** Paints the views. */
  readonly augmenter: AugmentPool;
  readonly options: PrecomputeViewsOptions;
}

/** A photo, and how its views are made of it. */
interface DrawnPhoto {
  readonly path: string;
  readonly photo: RgbImage;
  readonly views: readonly Augmentation[];
}

type Views = Pick<ViewShardContent, "augmentations" | "maps">;

async function mapShard({ paths }: MissingViews, run: Run): Promise<Views> {
  const { tally, options: { batchSize, signal, onProgress } } = run;
  const augmentations: (readonly Augmentation[])[] = [];
  const maps: Float32Array[] = [];
  for (let start = 0; start < paths.length; start += batchSize) {
    const batch: DrawnPhoto[] = [];
    for (const path of paths.slice(start, start + batchSize)) {
      signal?.throwIfAborted();
      batch.push(await nextPhoto(path, run));
    }
    maps.push(await mapViews(batch, run));
    augmentations.push(...batch.map(({ views }) => views));
    tally.done += batch.length;
    onProgress?.({ ...tally });
  }
  return { augmentations, maps: concatenateMaps(maps) };
}

async function nextPhoto(
  path: string,
  { photos, options: { views: { perPhoto, seed } } }: Run,
): Promise<DrawnPhoto> {
  const loaded = (await photos.next()).value!;
  if ("error" in loaded) throw loaded.error; // the source names photo and remedy
  const photo = loaded.value;
  const views = Array.from(
    { length: perPhoto },
    (_, view) => drawView({ seed, path, view }, photo),
  );
  return { path, photo, views };
}

/** Maps of a batch's views: [B, K, gridHeight, gridWidth]. The next view is painted meanwhile. */
async function mapViews(
  batch: readonly DrawnPhoto[],
  { augmenter, options: { teacher, views: { perPhoto }, signal } }: Run,
): Promise<Float32Array> {
  const size = teacher.grid[0] * teacher.grid[1];
  const maps = new Float32Array(batch.length * perPhoto * size);
  let painting = paintViews(batch, { view: 0, augmenter });
  for (let view = 0; view < perPhoto; view++) {
    signal?.throwIfAborted();
    const images = await painting;
    if (view + 1 < perPhoto) painting = paintViews(batch, { view: view + 1, augmenter });
    const ofView = await mapBatch(images, teacher);
    for (let place = 0; place < batch.length; place++) {
      const map = ofView.subarray(place * size, (place + 1) * size);
      maps.set(map, (place * perPhoto + view) * size);
    }
  }
  return maps;
}

/** Starts painting, which may be awaited late or never. */
function paintViews(
  batch: readonly DrawnPhoto[],
  { view, augmenter }: { view: number; augmenter: AugmentPool },
): Promise<RgbImage[]> {
  const images = Promise.all(
    batch.map(({ path, photo, views }) =>
      augmenter.paint(photo, { augmentation: views[view], path })
    ),
  );
  images.catch(() => {}); // who awaits it is told
  return images;
}
