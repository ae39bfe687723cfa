/**
 * The segments that a JPEG consists of (ITU-T T.81, annex B).
 *
 * @module
 */

const SOI = 0xd8;
const EOI = 0xd9;
const TEM = 0x01;

/** One segment: the second byte of its marker, and what follows its length. */
export interface JpegSegment {
  /** For example 0xda where pixels begin. */
  readonly marker: number;
  /** Without marker and length. */
  readonly content: Uint8Array;
}

/** Whether a marker begins a frame: SOF0…SOF15, between which those of Huffman tables and the like lie. */
export function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
}

/** The segments up to the end of the picture; what lies between them, pixels or garbage, is passed over. */
export function* segmentsOf(bytes: Uint8Array): Generator<JpegSegment> {
  const nothing = new Uint8Array();
  for (let place = bytes.indexOf(0xff); place >= 0; place = bytes.indexOf(0xff, place)) {
    while (bytes[place] === 0xff) place++; // any number of them may come before a marker
    const marker = bytes[place++] ?? EOI;
    if (marker === EOI) return;
    if (marker === 0 || marker === TEM || marker === SOI || isRestart(marker)) continue;
    const length = (bytes[place] << 8) | bytes[place + 1];
    yield { marker, content: length < 2 ? nothing : bytes.subarray(place + 2, place + length) };
    place += length;
  }
}

function isRestart(marker: number): boolean {
  return marker >= 0xd0 && marker <= 0xd7;
}
