/**
 * Decodes photos (JPEG, PNG, GIF) to upright 8-bit RGB.
 *
 * @module
 */
import { type DecodedPixels, type Format, openDecoder } from "./codecs.ts";
import { nameForeignKind } from "./foreign_kinds.ts";
import { applyOrientation, readOrientation } from "./orientation.ts";
import { DEFAULT_MAX_PIXELS } from "../files/limits.ts";
import { type PhotoHeader, readPhotoHeader, refuseLarge } from "./photo_header.ts";
import type { RgbImage } from "./rgb_image.ts";

/** The formats that are understood, by the first bytes of a file. */
const signatures: readonly [Format, readonly number[]][] = [
  ["jpeg", [0xff, 0xd8, 0xff]],
  ["png", [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ["gif", [0x47, 0x49, 0x46, 0x38]],
];

/** How a photo is decoded. */
export interface DecodeOptions {
  /** The file's name, for messages. */
  readonly name?: string;
  /** The most pixels to decode; {@linkcode DEFAULT_MAX_PIXELS} when not given. */
  readonly maxPixels?: number;
}

/**
 * Decodes a photo to upright RGB: alpha is dropped, not composited, as PIL's `convert("RGB")` does; the
 * EXIF orientation is applied; of an animated GIF the first frame is taken, of 16-bit values the high byte
 * (where PIL cuts grey off at 255).
 *
 * @param bytes The whole file: JPEG (grey, colour or CMYK; baseline or progressive), PNG or GIF.
 * @returns The picture, upright.
 * @throws {SyntaxError} When the file is of another kind, truncated or broken.
 * @throws {RangeError} When its header announces more than `maxPixels`; nothing is decoded then.
 */
export async function decodeImage(
  bytes: Uint8Array,
  { name = "image", maxPixels = DEFAULT_MAX_PIXELS }: DecodeOptions = {},
): Promise<RgbImage> {
  const format = recogniseFormat(bytes, name);
  const header = orRefuse(() => readPhotoHeader(bytes, format), name);
  refuseLarge(header, { name, maxPixels });
  const decodePixels = await openDecoder(format);
  const image = orRefuse(() => toRgb(requireSize(decodePixels(bytes), header)), name);
  return header.exif ? applyOrientation(image, await readOrientation(header.exif)) : image;
}

/** Does a part of the work; whatever goes wrong is the file's fault. */
function orRefuse<Part>(work: () => Part, name: string): Part {
  try {
    return work();
  } catch (error) {
    throw new SyntaxError(
      `Cannot decode image: ${name} is truncated or broken (${(error as Error).message}), ` +
        `expected a whole file; replace the file or remove it`,
      { cause: error },
    );
  }
}

/** A decoder that found another picture than the header announced read something else. */
function requireSize(pixels: DecodedPixels, header: PhotoHeader): DecodedPixels {
  const [found, announced] = [pixels, header].map(({ width, height }) => `${width}×${height}`);
  if (found === announced) return pixels;
  throw new Error(`${found} pixels where its header announces ${announced}`);
}

function recogniseFormat(bytes: Uint8Array, name: string): Format {
  for (const [format, signature] of signatures) {
    if (signature.every((byte, i) => bytes[i] === byte)) return format;
  }
  const actual = bytes.length === 0 ? "empty" : nameForeignKind(bytes) ?? "of an unknown kind";
  throw new SyntaxError(
    `Cannot decode image: ${name} is ${actual}, expected a JPEG, PNG or GIF; ` +
      `convert the file or remove it`,
  );
}

function toRgb({ width, height, kind, data }: DecodedPixels): RgbImage {
  if (kind === "rgb") return { width, height, data };
  const rgb = new Uint8Array(width * height * 3);
  const write = writers[kind];
  for (let i = 0; i < width * height; i++) write(data, i, rgb);
  return { width, height, data: rgb };
}

const writers = {
  grey(data: Uint8Array, i: number, rgb: Uint8Array): void {
    rgb.fill(data[i], i * 3, i * 3 + 3);
  },
  rgba(data: Uint8Array, i: number, rgb: Uint8Array): void {
    for (let c = 0; c < 3; c++) rgb[i * 3 + c] = data[i * 4 + c];
  },
  /** Light = (255 − ink) · (255 − black) / 255, rounded: PIL's conversion, without colour profiles. */
  cmyk(data: Uint8Array, i: number, rgb: Uint8Array): void {
    const black = 255 - data[i * 4 + 3];
    for (let c = 0; c < 3; c++) {
      rgb[i * 3 + c] = black - Math.round(data[i * 4 + c] * black / 255);
    }
  },
};
