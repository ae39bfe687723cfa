/**
 * What a photo's file says of itself, read before anything is decoded: a small file may claim to be a
 * picture that no memory holds.
 *
 * @module
 */
import type { Format } from "./codecs.ts";
import { readGifHeader } from "./gif_header.ts";
import { readJpegHeader } from "./jpeg_header.ts";
import { readPngHeader } from "./png_header.ts";

/** A photo's size as stored, and where it says which way is up. */
export interface PhotoHeader {
  /** Columns, in pixels. */
  readonly width: number;
  /** Rows, in pixels. */
  readonly height: number;
  /** The EXIF block, a TIFF file of its own, where there is one. */
  readonly exif?: Uint8Array;
}

/** The longest side in JPEG and GIF; a PNG might have two thousand million pixels in one row. */
const MAX_SIDE = 65_535;

/** No photo takes more than 16 bits a channel of RGBA, but for what a camera adds: previews, films. */
const BYTES_PER_PIXEL = 8;
const BYTES_OF_METADATA = 2 ** 26;

const readers = { jpeg: readJpegHeader, png: readPngHeader, gif: readGifHeader };

/** The most bytes that the file of a photo of so many pixels can sensibly have. */
export function maxPhotoBytes(maxPixels: number): number {
  return maxPixels * BYTES_PER_PIXEL + BYTES_OF_METADATA;
}

/**
 * Reads a photo's header.
 *
 * @throws {Error} When there is none or of a kind that is not read; the message is the fault in words.
 */
export function readPhotoHeader(bytes: Uint8Array, format: Format): PhotoHeader {
  const header = readers[format](bytes);
  const { width, height } = header;
  if (width > 0 && height > 0) return header;
  throw new Error(`a size of ${width}×${height}`);
}

/**
 * Refuses a photo that is too large to decode.
 *
 * @throws {RangeError} Naming file, size, limit and flag.
 */
export function refuseLarge(
  { width, height }: PhotoHeader,
  { name, maxPixels }: { name: string; maxPixels: number },
): void {
  if (width * height > maxPixels) {
    throw new RangeError(
      `Cannot decode image: ${name} has ${width}×${height} = ${width * height} pixels, ` +
        `expected at most ${maxPixels}; shrink the photo, or raise --max-pixels if you trust it`,
    );
  }
  if (Math.max(width, height) > MAX_SIDE) {
    throw new RangeError(
      `Cannot decode image: ${name} has ${width}×${height} pixels, ` +
        `expected at most ${MAX_SIDE} along each side; cut the photo into pieces`,
    );
  }
}
