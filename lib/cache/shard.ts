/**
 * One shard of a cache: the maps of a group of consecutive photos, as safetensors whose metadata say
 * which photos they are, so that an interrupted cache goes on from its shards alone. It also says by a
 * CRC-32 what each photo's file held when it was mapped, and has one of its own content: they find
 * accidents, not forgers.
 *
 * Shape letters: n maps in the shard.
 *
 * @module
 */
import { crc32 } from "node:zlib";
import { z } from "zod";
import { parseJson } from "../files/json.ts";
import { MAX_SHARD_BYTES } from "../files/limits.ts";
import { readRegularFile } from "../files/regular_file.ts";
import { float32Tensor, toFloat32 } from "../weights/host_tensor.ts";
import { parseSafetensors, writeSafetensors } from "../weights/safetensors.ts";
import type { ShardPhotos } from "./photos.ts";
import type { CacheIdentity } from "./settings.ts";
import { checkShardHeader, parseChecksums, type ShardKind, shardTexts } from "./shard_header.ts";

/** The name of a shard's tensor, F32 [n, gridHeight, gridWidth]. */
const TENSOR = "rollout";

/** What the files of a cache hold, by the beginning of their names. */
export type ShardKindName = "rollouts" | "images" | "views";

/** A shard's photos and their maps. */
export interface ShardContent extends ShardPhotos {
  /** Raw maps, before division by their maximum: [n, gridHeight, gridWidth]. */
  readonly maps: Float32Array;
  /** The CRC-32 of the whole file of each row's photo, as it was when it was mapped. */
  readonly checksums: readonly number[];
}

const skippedSchema = z.array(z.object({ path: z.string(), reason: z.string() }));

/** Number of shards of a cache, ⌈photos / shardSize⌉. */
export function shardCount({ settings, dataset }: CacheIdentity): number {
  return Math.ceil(dataset.imageCount / settings.shardSize);
}

/** `rollouts-00000-of-00007.safetensors` for shard 0 of 7. */
export function shardFileName(
  index: number,
  count: number,
  { prefix = "rollouts" }: { prefix?: ShardKindName } = {},
): string {
  const [place, total] = [index, count].map((number) => String(number).padStart(5, "0"));
  return `${prefix}-${place}-of-${total}.safetensors`;
}

/**
 * Writes a shard under its name or not at all; the same content gives the same bytes.
 *
 * @throws {TypeError} When there are not gridHeight · gridWidth values and one checksum a path.
 * @throws {RangeError} When a map holds NaN or infinity.
 */
export async function writeShard(
  file: string,
  { identity, content }: { identity: CacheIdentity; content: ShardContent },
): Promise<void> {
  checkMaps(content, identity.settings.grid);
  const { paths, skipped, checksums, maps } = content;
  const tensor = float32Tensor([paths.length, ...identity.settings.grid], maps);
  const texts = {
    ...shardTexts(identity, paths),
    skipped: JSON.stringify(skipped),
    photos: JSON.stringify(checksums),
  };
  const metadata = { ...texts, crc32: checksumOf(texts, maps) };
  await writeSafetensors(file, [[TENSOR, tensor]], { metadata });
}

/**
 * Reads a whole shard.
 *
 * @throws {SyntaxError} When the shard is damaged or belongs to another cache.
 * @throws {RangeError} When the file is larger than any shard.
 * @throws {Deno.errors.NotFound} When there is no such file.
 */
export async function readShard(
  file: string,
  { identity }: { identity: CacheIdentity },
): Promise<ShardContent> {
  return parseShard(await readRegularFile(file, { maxBytes: MAX_SHARD_BYTES }), { file, identity });
}

/**
 * Reads a whole shard from its file's bytes.
 *
 * @throws {SyntaxError} When the shard is damaged or belongs to another cache.
 */
export function parseShard(
  bytes: Uint8Array,
  { file, identity }: { file: string; identity: CacheIdentity },
): ShardContent {
  const content = parseSafetensors(bytes, { name: file });
  const photos = checkShardHeader(content, { file, kind: mapsOf(identity) });
  const maps = toFloat32(content.tensors.get(TENSOR)!);
  if (checksumOf(content.metadata, maps) === content.metadata.crc32) return { ...photos, maps };
  throw new SyntaxError(
    `Cannot read shard: ${file} is damaged (its CRC-32 is another than when it was written)`,
  );
}

/** One number over texts and maps, which hang together. */
function checksumOf(
  { paths, skipped, photos }: Readonly<Record<string, string>>,
  maps: Float32Array,
): string {
  const bytes = new Uint8Array(maps.buffer, maps.byteOffset, maps.byteLength);
  return String(crc32(bytes, crc32(paths + skipped + photos)));
}

function checkMaps(
  { paths, checksums, maps }: ShardContent,
  [gridHeight, gridWidth]: readonly [number, number],
): void {
  const size = gridHeight * gridWidth;
  if (maps.length !== paths.length * size) {
    throw new TypeError(
      `Cannot write shard: maps has ${maps.length} values, expected ${paths.length} · ${size}`,
    );
  }
  if (checksums.length !== paths.length) {
    throw new TypeError(
      `Cannot write shard: there are ${checksums.length} checksums, expected ${paths.length}`,
    );
  }
  const place = maps.findIndex((value) => !Number.isFinite(value));
  if (place < 0) return;
  throw new RangeError(
    `Cannot write shard: the map of ${paths[Math.floor(place / size)]} holds ${maps[place]}, ` +
      "expected finite values",
  );
}

function mapsOf(
  identity: CacheIdentity,
): ShardKind<Pick<ShardContent, "skipped" | "checksums">> {
  return {
    identity,
    tensor: TENSOR,
    dtype: "F32",
    rowShape: identity.settings.grid,
    readTexts: ({ skipped = "", photos = "" }, rows) => ({
      skipped: parseJson(skipped, skippedSchema),
      checksums: parseChecksums(photos, { rows }),
    }),
  };
}
