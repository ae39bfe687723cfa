/**
 * What a cache was made with, and how two such descriptions differ.
 *
 * @module
 */
import { z } from "zod";
import type { HeadFusion } from "../backend/kernels/fuse_heads.ts";
import { describeIssues, type Schema } from "../files/json.ts";
import { sha256Hex } from "../files/sha256.ts";
import type { Preprocessing } from "../image/preprocess.ts";
import { preprocessingFields } from "../image/preprocessing_schema.ts";

/** Everything that decides the numbers and the layout of a cache, but for the photos. */
export interface CacheSettings {
  /** The teacher. */
  readonly teacher: {
    /** Its name as the user gave it who started the cache; the same weights may go by others. */
    readonly name: string;
    /** timm's `model_args` over its architecture. */
    readonly args: Readonly<Record<string, unknown>>;
    /** SHA-256 of its weights, 64 hexadecimal digits. */
    readonly weightsSha256: string;
    /** The commit on the hub that they were downloaded at, if they were; others may hold the same weights. */
    readonly commit?: string;
  };
  /** How attention was rolled out; `discardRatio` is the share of entries zeroed, in [0, 1]. */
  readonly rollout: {
    readonly mode: "paper" | "vit-explain";
    readonly headFusion: HeadFusion;
    readonly discardRatio: number;
  };
  /** How photos were prepared for the teacher. */
  readonly preprocessing: Preprocessing;
  /** Height and width of a map, in patches. */
  readonly grid: readonly [gridHeight: number, gridWidth: number];
  /** What the factors of the teacher's matrix products were rounded to, if not float32. */
  readonly precision?: "float16";
  /** Photos (not rows) to a shard. */
  readonly shardSize: number;
}

/** The photos that a cache was made from. */
export interface CachedDataset {
  /** Number of photos found, those that could not be decoded included. */
  readonly imageCount: number;
  /** SHA-256 of the sorted list of their paths; the photos' contents do not enter. */
  readonly pathsSha256: string;
}

/**
 * What one cache is about: two caches with the same identity hold the same maps in the same shards, byte
 * for byte. The teacher is its weights and arguments; its name and commit do not count.
 */
export interface CacheIdentity {
  /** What the maps were made with. */
  readonly settings: CacheSettings;
  /** What they were made of. */
  readonly dataset: CachedDataset;
}

/** How a SHA-256 is written. */
export const SHA256_DIGITS: RegExp = /^[0-9a-f]{64}$/;

const sha256Schema = z.string().regex(SHA256_DIGITS, "expected 64 hexadecimal digits");
const countSchema = z.int().positive();

const settingsSchema = z.object({
  teacher: z.object({
    name: z.string().min(1),
    args: z.record(z.string(), z.unknown()),
    weightsSha256: sha256Schema,
    commit: z.string().regex(/^[0-9a-f]{40}$/).optional(), // younger than the format
  }),
  rollout: z.object({
    mode: z.enum(["paper", "vit-explain"]),
    headFusion: z.enum(["mean", "max", "min"]),
    discardRatio: z.number().min(0).max(1),
  }),
  preprocessing: z.object(preprocessingFields),
  grid: z.tuple([countSchema, countSchema]),
  precision: z.literal("float16").optional(), // younger than the format: caches without it are float32
  shardSize: countSchema,
});

/** The schema of {@linkcode CacheSettings}; parsing puts the keys in one fixed order. */
export const cacheSettingsSchema: Schema<CacheSettings> = settingsSchema;

/** The schema of a {@linkcode CacheIdentity}; parsing puts the keys in one fixed order. */
export const cacheIdentitySchema: Schema<CacheIdentity> = z.object({
  settings: settingsSchema,
  dataset: z.object({ imageCount: countSchema, pathsSha256: sha256Schema }),
});

/**
 * Checks an identity and brings it into canonical form.
 *
 * @throws {RangeError} When a value is impossible; the message names each.
 */
export function checkIdentity(identity: CacheIdentity): CacheIdentity {
  const result = cacheIdentitySchema.safeParse(identity);
  if (result.success) return result.data;
  throw new RangeError(`Cannot cache rollouts: ${describeIssues(result.error)}`);
}

/**
 * One SHA-256 for everything that a cache is about, the same whatever the order of the keys and the name
 * and commit of the teacher.
 */
export function fingerprint(identity: CacheIdentity): string {
  const { settings, dataset } = checkIdentity(identity);
  const { args, weightsSha256 } = settings.teacher;
  const nameless = { settings: { ...settings, teacher: { args, weightsSha256 } }, dataset };
  return sha256Hex(JSON.stringify(nameless));
}

type Reader = (identity: CacheIdentity) => number | string | readonly number[];

/** Where one may have the teacher again that made a cache. */
const commitOf = ({ settings: { teacher: { commit } } }: CacheIdentity) =>
  commit === undefined ? "" : ` (commit ${commit})`;

const readers: readonly [name: string, read: Reader, note?: (it: CacheIdentity) => string][] = [
  ["teacher's arguments", ({ settings }) => JSON.stringify(settings.teacher.args)],
  ["SHA-256 of the teacher's weights", ({ settings }) => settings.teacher.weightsSha256, commitOf],
  ["rollout mode", ({ settings }) => settings.rollout.mode],
  ["head fusion", ({ settings }) => settings.rollout.headFusion],
  ["discard ratio", ({ settings }) => settings.rollout.discardRatio],
  ["image size (height, width)", ({ settings }) => settings.preprocessing.imageSize],
  ["crop percentage", ({ settings }) => settings.preprocessing.cropPct],
  ["interpolation", ({ settings }) => settings.preprocessing.interpolation],
  ["crop mode", ({ settings }) => settings.preprocessing.cropMode],
  ["mean", ({ settings }) => settings.preprocessing.mean],
  ["standard deviation", ({ settings }) => settings.preprocessing.std],
  ["grid (height, width)", ({ settings }) => settings.grid],
  ["precision", ({ settings }) => settings.precision ?? "float32"],
  ["shard size", ({ settings }) => settings.shardSize],
  ["number of photos", ({ dataset }) => dataset.imageCount],
  ["SHA-256 of the list of photos", ({ dataset }) => dataset.pathsSha256],
];

/**
 * Names in words each point in which a cache differs from what is asked for; the teacher may be named
 * otherwise as long as its weights are the same.
 *
 * @returns For example `["discard ratio: 0.9 in the cache, 0.95 asked"]`; empty when they agree.
 */
export function describeDifferences(cached: CacheIdentity, asked: CacheIdentity): string[] {
  return readers.flatMap(([name, read, note = () => ""]) => {
    const [before, now] = [cached, asked].map((identity) => [read(identity)].flat().join(", "));
    return before === now
      ? []
      : [`${name}: ${before}${note(cached)} in the cache, ${now}${note(asked)} asked`];
  });
}
