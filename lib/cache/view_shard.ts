/**
 * The maps of augmented views of a shard's photos, row for row those of the shard of plain maps with the
 * same number, and beside them the parameters of each view's augmentation. The cache does not look into
 * these: they are JSON values that whoever draws augmentations understands.
 *
 * Shape letters: n photos in the shard, K views of each.
 *
 * @module
 */
import { crc32 } from "node:zlib";
import { z } from "zod";
import { parseJson } from "../files/json.ts";
import { float32Tensor, toFloat32 } from "../weights/host_tensor.ts";
import { parseSafetensors, writeSafetensors } from "../weights/safetensors.ts";
import { SafetensorsFile } from "../weights/safetensors_file.ts";
import type { CacheIdentity } from "./settings.ts";
import { shardFileName } from "./shard.ts";
import { checkShardHeader, type ShardHeader, type ShardKind, shardTexts } from "./shard_header.ts";
import { parseViewSettings, type ViewSettings } from "./view_settings.ts";

/** The name of the tensor, F32 [n, K, gridHeight, gridWidth]. */
const TENSOR = "rollout";

/** Photos, and the augmentations and maps of their views. */
export interface ViewShardContent {
  /** The photo of each row. */
  readonly paths: readonly string[];
  /** For each photo the parameters of its K augmentations: values that survive JSON. */
  readonly augmentations: readonly (readonly unknown[])[];
  /** Raw maps, before division by their maximum: [n, K, gridHeight, gridWidth]. */
  readonly maps: Float32Array;
}

/** What a shard says of itself. */
export interface ViewShardLabel {
  /** The photo of each row. */
  readonly paths: readonly string[];
  /** How its views were drawn. */
  readonly settings: ViewSettings;
}

const augmentationsSchema = z.array(z.array(z.unknown()));

/** `views-00000-of-00007.safetensors` for shard 0 of 7. */
export function viewShardFileName(index: number, count: number): string {
  return shardFileName(index, count, { prefix: "views" });
}

/**
 * Writes a shard of views under its name or not at all; the same content gives the same bytes.
 *
 * @throws {TypeError} When there are not K augmentations and K · gridHeight · gridWidth values a path.
 * @throws {RangeError} When a map holds NaN or infinity.
 */
export async function writeViewShard(
  file: string,
  { identity, settings, content }: {
    identity: CacheIdentity;
    settings: ViewSettings;
    content: ViewShardContent;
  },
): Promise<void> {
  const shape = [content.paths.length, ...rowShape(identity, settings)];
  checkViews(content, shape);
  const { paths, maps } = content;
  const augmentations = JSON.stringify(content.augmentations);
  await writeSafetensors(file, [[TENSOR, float32Tensor(shape, maps)]], {
    metadata: {
      ...shardTexts(identity, paths),
      views: JSON.stringify(settings),
      augmentations,
      crc32: String(checksum(augmentations, maps)),
    },
  });
}

/**
 * Reads which photos a shard holds and how their views were drawn, without the maps.
 *
 * @throws {SyntaxError} When the shard is damaged or belongs to another cache.
 * @throws {Deno.errors.NotFound} When there is no such file.
 */
export async function readViewShardLabel(
  file: string,
  { identity }: { identity: CacheIdentity },
): Promise<ViewShardLabel> {
  using shard = await SafetensorsFile.open(file);
  return checkHeader({ tensors: shard.header, metadata: shard.metadata }, { file, identity });
}

/**
 * Reads a whole shard from its file's bytes.
 *
 * @throws {SyntaxError} When the shard is damaged or belongs to another cache.
 */
export function parseViewShard(
  bytes: Uint8Array,
  { file, identity }: { file: string; identity: CacheIdentity },
): ViewShardContent & ViewShardLabel {
  const content = parseSafetensors(bytes, { name: file });
  const label = checkHeader(content, { file, identity });
  const { augmentations: text = "", crc32: expected } = content.metadata;
  const maps = toFloat32(content.tensors.get(TENSOR)!);
  if (String(checksum(text, maps)) !== expected) {
    throw new SyntaxError(
      `Cannot read shard: ${file} is damaged (its CRC-32 is another than when it was written)`,
    );
  }
  return { ...label, maps, augmentations: parseAugmentations(text, { file, label }) };
}

/** As many lists as photos, of as many augmentations as views; a stranger's checksum says nothing of that. */
function parseAugmentations(
  text: string,
  { file, label: { paths, settings } }: { file: string; label: ViewShardLabel },
): unknown[][] {
  try {
    const lists = parseJson(text, augmentationsSchema, { maxItems: Infinity });
    if (lists.length === paths.length && lists.every((of) => of.length === settings.perPhoto)) {
      return lists;
    }
    throw new SyntaxError("there are not as many as views");
  } catch (error) {
    throw new SyntaxError(
      `Cannot read shard: ${file} has damaged augmentations (${(error as Error).message})`,
    );
  }
}

function checkHeader(
  header: ShardHeader,
  { file, identity }: { file: string; identity: CacheIdentity },
): ViewShardLabel {
  try {
    const settings = parseViewSettings(header.metadata);
    const kind: ShardKind<{ settings: ViewSettings }> = {
      identity,
      tensor: TENSOR,
      dtype: "F32",
      rowShape: rowShape(identity, settings),
      readTexts: () => ({ settings }),
    };
    return checkShardHeader(header, { file, kind });
  } catch (error) {
    const { message } = error as Error;
    throw message.includes(file)
      ? error
      : new SyntaxError(`Cannot read shard: ${file} holds no views (${message})`);
  }
}

function rowShape({ settings: { grid } }: CacheIdentity, { perPhoto }: ViewSettings): number[] {
  return [perPhoto, ...grid];
}

function checkViews(
  { paths, augmentations, maps }: ViewShardContent,
  [rows, perPhoto, ...grid]: readonly number[],
): void {
  const size = perPhoto * grid[0] * grid[1];
  if (maps.length !== rows * size) {
    throw new TypeError(
      `Cannot write shard: maps has ${maps.length} values, expected ${rows} · ${size}`,
    );
  }
  const counts = augmentations.map(({ length }) => length);
  if (counts.length !== rows || counts.some((count) => count !== perPhoto)) {
    throw new TypeError(
      `Cannot write shard: augmentations are [${counts}], expected ${perPhoto} for each of ${rows} photos`,
    );
  }
  const place = maps.findIndex((value) => !Number.isFinite(value));
  if (place < 0) return;
  throw new RangeError(
    `Cannot write shard: a view's map of ${paths[Math.floor(place / size)]} holds ` +
      `${maps[place]}, expected finite values`,
  );
}

/** One number over parameters and maps: changed parameters would pair a map with another picture. */
function checksum(augmentations: string, maps: Float32Array): number {
  const bytes = new Uint8Array(maps.buffer, maps.byteOffset, maps.byteLength);
  return crc32(bytes, crc32(augmentations));
}
