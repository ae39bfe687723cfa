/**
 * Writes pictures as PNG files (ISO/IEC 15948).
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { promisify } from "node:util";
import { crc32, deflate } from "node:zlib";
import { assertRgbImage, type RgbImage } from "./rgb_image.ts";

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
const COLOUR_TYPE_RGB = 2;
const FILTER_PAETH = 4;
const CHANNELS = 3;

const compress = promisify(deflate);

/**
 * Encodes a picture as an 8-bit RGB PNG.
 *
 * @param image The picture; it is not changed.
 * @returns The whole file.
 * @throws {RangeError|TypeError} When the picture's size is impossible or its data does not fill it.
 */
export async function encodePng(image: RgbImage): Promise<Uint8Array> {
  assertRgbImage(image, "encode PNG");
  const header = Buffer.alloc(13); // compression, filter method and interlacing stay 0
  header.writeUInt32BE(image.width, 0);
  header.writeUInt32BE(image.height, 4);
  header[8] = 8; // bits a channel
  header[9] = COLOUR_TYPE_RGB;
  return new Uint8Array(Buffer.concat([
    SIGNATURE,
    chunk("IHDR", header),
    chunk("IDAT", await compress(filterRows(image))),
    chunk("IEND", new Uint8Array()),
  ]));
}

function chunk(type: string, content: Uint8Array): Uint8Array {
  const body = Buffer.concat([Buffer.from(type, "latin1"), content]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, checksum]);
}

/** Each row, led by its filter's number, as differences from what its neighbours foretell. */
function filterRows({ width, height, data }: RgbImage): Uint8Array {
  const stride = width * CHANNELS;
  const rows = new Uint8Array(height * (stride + 1));
  let target = 0;
  for (let y = 0; y < height; y++) {
    rows[target++] = FILTER_PAETH;
    for (let x = 0; x < stride; x++) {
      const i = y * stride + x;
      const left = x < CHANNELS ? 0 : data[i - CHANNELS];
      const up = y === 0 ? 0 : data[i - stride];
      const upLeft = x < CHANNELS || y === 0 ? 0 : data[i - stride - CHANNELS];
      rows[target++] = data[i] - paeth(left, up, upLeft);
    }
  }
  return rows;
}

/** The neighbour nearest to left + up − upLeft (PNG specification, §9.4). */
function paeth(left: number, up: number, upLeft: number): number {
  const toLeft = Math.abs(up - upLeft);
  const toUp = Math.abs(left - upLeft);
  const toUpLeft = Math.abs(left + up - 2 * upLeft);
  if (toLeft <= toUp && toLeft <= toUpLeft) return left;
  return toUp <= toUpLeft ? up : upLeft;
}
