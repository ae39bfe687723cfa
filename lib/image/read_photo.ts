/**
 * From a photo's file to the pixels that a model sees.
 *
 * @module
 */
import { crc32 } from "node:zlib";
import { DEFAULT_MAX_PIXELS } from "../files/limits.ts";
import { readRegularFile } from "../files/regular_file.ts";
import { decodeImage } from "./decode.ts";
import { maxPhotoBytes } from "./photo_header.ts";
import { preprocessImage, type Preprocessing } from "./preprocess.ts";
import type { RgbImage } from "./rgb_image.ts";

/** How a photo is read. */
export interface ReadPhotoOptions {
  /** How the model wants it. */
  readonly preprocessing: Preprocessing;
  /** The most pixels to decode; {@linkcode DEFAULT_MAX_PIXELS} when not given. */
  readonly maxPixels?: number;
}

/** A photo as a model sees it. */
export interface DecodedPhoto {
  /** The crop, of `preprocessing.imageSize`. */
  readonly image: RgbImage;
  /** The CRC-32 of the file's bytes that it was decoded from. */
  readonly checksum: number;
}

/**
 * Reads, decodes and prepares one photo in this thread; {@linkcode preprocessImage} and
 * {@linkcode decodeImage} do the same to bytes that are in memory already.
 *
 * @param path A JPEG, PNG or GIF.
 * @returns The crop, and the checksum of what it was made of.
 * @throws {SyntaxError} When it cannot be decoded.
 * @throws {RangeError} When it is larger than `maxPixels`, which is found out before it is decoded.
 * @throws {Error} When it cannot be read.
 */
export async function readPhoto(
  path: string,
  { preprocessing, maxPixels = DEFAULT_MAX_PIXELS }: ReadPhotoOptions,
): Promise<DecodedPhoto> {
  const bytes = await readBytes(path, maxPixels);
  const photo = await decodeImage(bytes, { name: path, maxPixels });
  return { image: preprocessImage(photo, preprocessing), checksum: crc32(bytes) };
}

async function readBytes(path: string, maxPixels: number): Promise<Uint8Array> {
  try {
    return await readRegularFile(path, {
      maxBytes: maxPhotoBytes(maxPixels),
      remedy: `raise --max-pixels (${maxPixels}) if you trust the file`,
    });
  } catch (error) {
    const detail = (error as Error).message;
    if (detail.startsWith("Cannot read")) throw error; // it says everything
    throw new Error(
      `Cannot read image: ${path} is out of reach (${detail}), expected a file that may be read`,
    );
  }
}
