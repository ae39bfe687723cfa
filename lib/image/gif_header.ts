/**
 * What the blocks of a GIF say (CompuServe, GIF89a), without decoding it.
 *
 * @module
 */
import type { PhotoHeader } from "./photo_header.ts";

const EXTENSION = 0x21;
const IMAGE = 0x2c;

const CONTROL = 0xf9;
const SCREEN_BYTES = 13;

/**
 * Reads the size of a GIF: that of its screen, enlarged where the first frame reaches beyond it.
 *
 * @throws {Error} When it ends before its first frame.
 */
export function readGifHeader(bytes: Uint8Array): PhotoHeader {
  const { place } = findFrame(bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [width, height] = [view.getUint16(6, true), view.getUint16(8, true)];
  const [left, top, columns, rows] = [1, 3, 5, 7].map((at) => view.getUint16(place + at, true));
  return { width: Math.max(width, left + columns), height: Math.max(height, top + rows) };
}

/**
 * Reads the colour around a first frame that does not cover the screen: as PIL has it, the transparent one, or
 * the first of the frame's table.
 *
 * @returns Red, green and blue; black where there is no such colour.
 * @throws {Error} When the file ends before its first frame.
 */
export function readGifBackground(bytes: Uint8Array): number[] {
  const { place, transparent = 0 } = findFrame(bytes);
  const hasTable = paletteBytes(bytes[place + 9]) > 0;
  const [table, flags] = hasTable ? [place + 10, bytes[place + 9]] : [SCREEN_BYTES, bytes[10]];
  const start = 3 * transparent;
  if (start >= paletteBytes(flags)) return [0, 0, 0];
  return [0, 1, 2].map((channel) => bytes[table + start + channel] ?? 0);
}

/** The place of the first frame's descriptor, and its transparent colour, if there is one. */
function findFrame(bytes: Uint8Array): { place: number; transparent?: number } {
  if (bytes.length < SCREEN_BYTES) throw new Error("no screen descriptor");
  let place = SCREEN_BYTES + paletteBytes(bytes[10]);
  let transparent: number | undefined;
  while (bytes[place] === EXTENSION) {
    if (bytes[place + 1] === CONTROL && bytes[place + 3] & 1) transparent = bytes[place + 6];
    place += 2; // the introducer and the label
    while (bytes[place] > 0) place += bytes[place] + 1; // each piece begins with its length
    place++;
  }
  if (bytes[place] !== IMAGE || place + 9 >= bytes.length) throw new Error("no frame");
  return { place, transparent };
}

/** The size of the colour table that a byte of flags announces. */
function paletteBytes(flags: number): number {
  return flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0;
}
