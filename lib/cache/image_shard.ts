/**
 * The pixels of a shard's photos: uint8 as the teacher's preprocessing leaves them, row for row those of
 * the shard of maps with the same number. Each row carries a checksum of its own, so that one photo can
 * be read and trusted without the rest of the file.
 *
 * Shape letters: n photos in the shard.
 *
 * @module
 */
import { crc32 } from "node:zlib";
import { writeSafetensors } from "../weights/safetensors.ts";
import { SafetensorsFile } from "../weights/safetensors_file.ts";
import type { CacheIdentity } from "./settings.ts";
import { checkShardHeader, parseChecksums, type ShardKind, shardTexts } from "./shard_header.ts";
import { shardFileName } from "./shard.ts";

/** The name of the tensor, U8 [n, height, width, 3]. */
const TENSOR = "images";

/** Photos and their pixels. */
export interface ImageShardContent {
  /** The photo of each row. */
  readonly paths: readonly string[];
  /** Uint8 [n, height, width, 3]: R, G and B, interleaved. */
  readonly pixels: Uint8Array;
}

/** Where in a file which photo's pixels are. */
export interface ImageShardIndex {
  /** The photo of each row. */
  readonly paths: readonly string[];
  /** The CRC-32 of each row's bytes. */
  readonly checksums: readonly number[];
  /** The file's first byte of row 0; the rows follow each other without gaps. */
  readonly start: number;
}

/** `images-00000-of-00007.safetensors` for shard 0 of 7. */
export function imageShardFileName(index: number, count: number): string {
  return shardFileName(index, count, { prefix: "images" });
}

/** The bytes of one photo: height · width · 3. */
export function bytesPerPhoto({ settings }: CacheIdentity): number {
  const [height, width] = settings.preprocessing.imageSize;
  return height * width * 3;
}

/**
 * Writes a shard of pixels under its name or not at all; the same content gives the same bytes.
 *
 * @throws {TypeError} When there are not height · width · 3 bytes a path.
 */
export async function writeImageShard(
  file: string,
  { identity, content: { paths, pixels } }: { identity: CacheIdentity; content: ImageShardContent },
): Promise<void> {
  const size = bytesPerPhoto(identity);
  if (pixels.length !== paths.length * size) {
    throw new TypeError(
      `Cannot write shard: pixels has ${pixels.length} values, expected ${paths.length} · ${size}`,
    );
  }
  const checksums = paths.map((_, row) => crc32(pixels.subarray(row * size, (row + 1) * size)));
  const shape = [paths.length, ...identity.settings.preprocessing.imageSize, 3];
  await writeSafetensors(file, [[TENSOR, { dtype: "U8", shape, data: pixels }]], {
    metadata: { ...shardTexts(identity, paths), crc32: JSON.stringify(checksums) },
  });
}

/**
 * Reads where the pixels of which photo are, without the pixels.
 *
 * @throws {SyntaxError} When the shard is damaged or belongs to another cache.
 * @throws {Deno.errors.NotFound} When there is no such file.
 */
export async function readImageShardIndex(
  file: string,
  { identity }: { identity: CacheIdentity },
): Promise<ImageShardIndex> {
  using shard = await SafetensorsFile.open(file);
  const header = { tensors: shard.header, metadata: shard.metadata };
  const { paths, checksums } = checkShardHeader(header, { file, kind: imagesOf(identity) });
  const { size } = await Deno.stat(file);
  return { paths, checksums, start: size - paths.length * bytesPerPhoto(identity) };
}

/**
 * Reads one row of a shard of pixels, by one read at its place.
 *
 * @param index What {@linkcode readImageShardIndex} says of the file.
 * @returns Uint8 [height, width, 3].
 * @throws {SyntaxError} When the bytes are not those that were written.
 * @throws {Deno.errors.NotFound} When there is no such file.
 */
export async function readImageRow(
  file: string,
  { index, row, bytes }: { index: ImageShardIndex; row: number; bytes: number },
): Promise<Uint8Array> {
  const pixels = new Uint8Array(bytes);
  using shard = await Deno.open(file); // opened for each row: a big cache has more files than may be open
  await shard.seek(index.start + row * bytes, Deno.SeekMode.Start);
  for (let filled = 0; filled < bytes;) {
    const read = await shard.read(pixels.subarray(filled));
    if (read === null) break; // the checksum tells
    filled += read;
  }
  if (crc32(pixels) === index.checksums[row]) return pixels;
  throw new SyntaxError(
    `Cannot read pixels: ${file} is damaged at ${
      index.paths[row]
    } (its CRC-32 is another than when ` +
      "it was written); run precompute --repair",
  );
}

function imagesOf(identity: CacheIdentity): ShardKind<{ checksums: readonly number[] }> {
  return {
    identity,
    tensor: TENSOR,
    dtype: "U8",
    rowShape: [...identity.settings.preprocessing.imageSize, 3],
    readTexts: ({ crc32 = "" }, rows) => ({ checksums: parseChecksums(crc32, { rows }) }),
  };
}
