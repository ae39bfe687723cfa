/**
 * Photos' files put together piece by piece, as no honest program writes them.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { crc32, deflateSync } from "node:zlib";

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** A chunk of a PNG with its length and checksum. */
export function pngChunk(type: string, content: Uint8Array): Uint8Array {
  const body = Buffer.concat([Buffer.from(type, "latin1"), content]);
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(content.length);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, checksum]);
}

/** A grey PNG that claims a size; its pixels are there for as many rows as asked. */
export function pngOf(
  { width, height, rows = height, extra = [] }: {
    width: number;
    height: number;
    rows?: number;
    extra?: readonly Uint8Array[];
  },
): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8;
  const pixels = deflateSync(Buffer.alloc(rows * (width + 1)));
  return new Uint8Array(Buffer.concat([
    Buffer.from(SIGNATURE),
    pngChunk("IHDR", header),
    ...extra,
    pngChunk("IDAT", pixels),
    pngChunk("IEND", new Uint8Array()),
  ]));
}

/** A segment of a JPEG: its marker, length and content. */
export function jpegSegment(marker: number, content: readonly number[]): number[] {
  const length = content.length + 2;
  return [0xff, marker, length >> 8, length & 0xff, ...content];
}

/** A JPEG's frame header, three channels of equal size unless told otherwise. */
export function jpegFrame(
  { width, height, marker = 0xc0, bits = 8 }: {
    width: number;
    height: number;
    marker?: number;
    bits?: number;
  },
): number[] {
  const channels = [1, 2, 3].flatMap((id) => [id, 0x11, 0]);
  const size = [height >> 8, height & 0xff, width >> 8, width & 0xff];
  return jpegSegment(marker, [bits, ...size, 3, ...channels]);
}

/** The beginning of a GIF of one frame; the frame's pixels are missing. */
export function gifOf(
  { screen, frame }: { screen: [number, number]; frame: [number, number, number, number] },
): Uint8Array {
  const short = (value: number) => [value & 0xff, value >> 8];
  return Uint8Array.of(
    ...new TextEncoder().encode("GIF89a"),
    ...screen.flatMap(short),
    0,
    0,
    0,
    0x21, // an extension, of two pieces
    0xfe,
    ...[2, 1, 1, 1, 1, 0],
    0x2c,
    ...frame.flatMap(short),
    0,
  );
}
