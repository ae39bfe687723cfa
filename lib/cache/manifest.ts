/**
 * `manifest.json`: what a cache was made with, and which files belong to it.
 *
 * @module
 */
import { ifPresent } from "../files/if_present.ts";
import { join } from "node:path";
import { z } from "zod";
import { writeFileAtomically } from "../files/atomic_write.ts";
import { parseJson, parseModestJson, readJsonText } from "../files/json.ts";
import { checkContents } from "./manifest_checks.ts";
import { checkManifestSha256, manifestSha256 } from "./manifest_checksum.ts";
import { isPhotoPath, type SkippedPhoto } from "./photos.ts";
import { type CacheIdentity, cacheIdentitySchema, SHA256_DIGITS } from "./settings.ts";
import { type ViewSettings, viewSettingsFields } from "./view_settings.ts";

/** The name of the manifest in a cache's folder. */
export const MANIFEST_FILE = "manifest.json";

/** The version of the cache's layout that this code writes and reads. */
export const CACHE_FORMAT_VERSION = 2;

/** One shard as the manifest lists it. */
export interface ShardEntry {
  /** `rollouts-00000-of-00007.safetensors`; always the name that follows from the shard's place. */
  readonly file: string;
  /** Number of maps, or of images. */
  readonly rows: number;
  /** Size of the file. */
  readonly bytes: number;
  /** SHA-256 of the file, in hexadecimal digits. */
  readonly sha256: string;
}

/** The views of a cache as the manifest lists them: how they were drawn, and their files. */
export interface CachedViews extends ViewSettings {
  /** The files `views-…` beside `rollouts-…`, in order; a row holds all views of a photo. */
  readonly shards: readonly ShardEntry[];
}

/** What there is in a cache; nothing as long as it is not complete. */
export interface CacheContents {
  /** False from the start of the computation until all other files are in place. */
  readonly complete: boolean;
  /** Number of maps: the lines of `index.jsonl`. */
  readonly mapCount: number;
  /** The photos without a map, in order of path. */
  readonly skipped: readonly SkippedPhoto[];
  /** The shards in order. */
  readonly shards: readonly ShardEntry[];
  /**
   * The files of the photos' pixels, `images-…` beside `rollouts-…`, prepared as the settings'
   * `preprocessing` says; absent when there are none, or not all of them.
   */
  readonly images?: readonly ShardEntry[];
  /** The teacher's maps of augmented views; absent when there are none, or not all of them. */
  readonly views?: CachedViews;
}

/** The content of `manifest.json`, but for its checksum of itself. */
export interface CacheManifest extends CacheIdentity, CacheContents {
  /** {@linkcode CACHE_FORMAT_VERSION}. */
  readonly formatVersion: number;
}

const countSchema = z.int().nonnegative();

const shardsSchema = z.array(z.object({
  file: z.string(),
  rows: countSchema,
  bytes: countSchema,
  sha256: z.string().regex(SHA256_DIGITS),
}));

const contentsSchema = z.object({
  formatVersion: z.literal(CACHE_FORMAT_VERSION),
  complete: z.boolean(),
  mapCount: countSchema,
  skipped: z.array(z.object({
    path: z.string().refine(isPhotoPath, "expected a path inside the data set"),
    reason: z.string(),
  })),
  shards: shardsSchema,
  images: shardsSchema.optional(), // younger than the format: without it, a cache is as it always was
  views: z.object({ ...viewSettingsFields, shards: shardsSchema }).optional(), // likewise
});

/**
 * Reads the manifest of a cache.
 *
 * @param folder The cache's folder.
 * @returns Nothing when the folder holds no manifest.
 * @throws {SyntaxError} When the manifest is damaged or contradicts itself.
 */
export async function readManifest(folder: string): Promise<CacheManifest | undefined> {
  const file = join(folder, MANIFEST_FILE);
  const text = await ifPresent(readJsonText(file));
  return text === undefined ? undefined : parseManifest(text, { file });
}

/**
 * Replaces the manifest of a cache.
 *
 * @param folder The cache's folder.
 */
export async function writeManifest(
  folder: string,
  { settings, dataset, complete, mapCount, skipped, shards, images, views }:
    & CacheIdentity
    & CacheContents,
): Promise<CacheManifest> {
  const manifest = {
    formatVersion: CACHE_FORMAT_VERSION,
    complete,
    settings,
    dataset,
    mapCount,
    skipped,
    shards,
    ...(images && { images }),
    ...(views && { views }),
  };
  const signed = { ...manifest, sha256: manifestSha256(manifest) };
  await writeFileAtomically(join(folder, MANIFEST_FILE), JSON.stringify(signed, null, 2) + "\n");
  return manifest;
}

function parseManifest(text: string, { file }: { file: string }): CacheManifest {
  try {
    const contents = parseJson(text, contentsSchema); // first: another version has other settings
    const manifest = { ...contents, ...parseJson(text, cacheIdentitySchema) };
    if (manifest.complete) checkContents(manifest);
    checkManifestSha256(parseModestJson(text) as object); // last: the others say what is wrong
    return manifest;
  } catch (error) {
    throw new SyntaxError(
      `Cannot read cache manifest: ${file} is damaged or of another version ` +
        `(${
          (error as Error).message
        }); run precompute --repair, or make the cache again with --overwrite`,
    );
  }
}
