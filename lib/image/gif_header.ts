/**
 * What the blocks of a GIF say (CompuServe, GIF89a), without decoding it.
 *
 * @module
 */
import type { PhotoHeader } from "./photo_header.ts";

const EXTENSION = 0x21;
const IMAGE = 0x2c;

/**
 * Reads the size of a GIF: that of its screen, enlarged where the first frame reaches beyond it.
 *
 * @throws {Error} When it ends before its first frame.
 */
export function readGifHeader(bytes: Uint8Array): PhotoHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 13) throw new Error("no screen descriptor");
  const [width, height] = [view.getUint16(6, true), view.getUint16(8, true)];
  let place = 13 + paletteBytes(bytes[10]);
  while (bytes[place] === EXTENSION) {
    place += 2; // the introducer and the label
    while (bytes[place] > 0) place += bytes[place] + 1; // each piece begins with its length
    place++;
  }
  if (bytes[place] !== IMAGE || place + 9 >= bytes.length) throw new Error("no frame");
  const [left, top, columns, rows] = [1, 3, 5, 7].map((at) => view.getUint16(place + at, true));
  return { width: Math.max(width, left + columns), height: Math.max(height, top + rows) };
}

/** The size of the colour table that a byte of flags announces. */
function paletteBytes(flags: number): number {
  return flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0;
}
