/**
 * What the markers of a JPEG say (ITU-T T.81, annex B), without decoding it.
 *
 * @module
 */
import { isFrame, segmentsOf } from "./jpeg_segments.ts";
import type { PhotoHeader } from "./photo_header.ts";

const SOS = 0xda;
const APP1 = 0xe1;
const EXIF = [0x45, 0x78, 0x69, 0x66, 0x00, 0x00]; // "Exif\0\0"

/**
 * A progressive photo has some ten scans. Each costs a pass over all blocks, even one of a few bytes: with
 * thousands of them a small file keeps a decoder busy for minutes. libjpeg-turbo's fuzz targets stop at 500, too.
 */
const MAX_SCANS = 500;

/** The kinds of frames (T.81, table B.1) that the decoder does not read; 0xc0…0xc2 it does. */
const foreignKinds: Readonly<Record<number, string>> = {
  0xc3: "lossless",
  0xc5: "hierarchical",
  0xc6: "hierarchical",
  0xc7: "hierarchical",
  0xc9: "arithmetically coded",
  0xca: "arithmetically coded",
  0xcb: "lossless",
  0xcd: "hierarchical",
  0xce: "hierarchical",
  0xcf: "hierarchical",
};

/**
 * Reads the size of a JPEG and its EXIF block, and counts its scans.
 *
 * @throws {Error} When it is of a kind that is not read, has too many scans, or none of these markers.
 */
export function readJpegHeader(bytes: Uint8Array): PhotoHeader {
  let size: { width: number; height: number } | undefined;
  let exif: Uint8Array | undefined;
  let scans = 0;
  for (const { marker, content } of segmentsOf(bytes)) {
    if (marker === SOS && ++scans > MAX_SCANS) {
      throw new Error(`more than ${MAX_SCANS} scans`);
    } else if (isFrame(marker)) {
      if (size) throw new Error("a second frame");
      size = readFrame(marker, content);
    } else if (marker === APP1 && !exif && EXIF.every((byte, i) => content[i] === byte)) {
      exif = content.subarray(EXIF.length);
    }
  }
  if (!size) throw new Error("no frame header");
  return { ...size, exif };
}

function readFrame(marker: number, content: Uint8Array): { width: number; height: number } {
  if (marker in foreignKinds) throw new Error(`a ${foreignKinds[marker]} JPEG`);
  if (content.length < 6) throw new Error("a frame header that is cut off");
  const [bits] = content;
  if (bits !== 8) throw new Error(`a JPEG of ${bits} bits a channel`);
  const view = new DataView(content.buffer, content.byteOffset);
  return { height: view.getUint16(1), width: view.getUint16(3) };
}
