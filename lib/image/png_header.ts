/**
 * What the chunks of a PNG say (ISO/IEC 15948), without decoding it.
 *
 * @module
 */
import type { PhotoHeader } from "./photo_header.ts";

const SIGNATURE_BYTES = 8;
const OVERHEAD = 12; // length, type, checksum

/** What pixels are made of; alpha (tRNS) is dropped anyway. */
const CRITICAL = ["IHDR", "PLTE", "IDAT", "IEND"];

/**
 * Reads the size of a PNG and its EXIF block.
 *
 * @throws {Error} When it does not begin with its header.
 */
export function readPngHeader(bytes: Uint8Array): PhotoHeader {
  let size: { width: number; height: number } | undefined;
  for (const { type, content } of chunksOf(bytes)) {
    if (!size) {
      if (type !== "IHDR" || content.length < 8) break;
      const view = new DataView(content.buffer, content.byteOffset);
      size = { width: view.getUint32(0), height: view.getUint32(4) };
    } else if (type === "eXIf") return { ...size, exif: content };
  }
  if (size) return size;
  throw new Error("no IHDR chunk");
}

/**
 * Leaves in a PNG what its pixels are made of: the decoder blackens the colour that a tRNS chunk declares
 * transparent, and compressed texts and profiles may grow a thousandfold.
 */
export function withoutAncillaryChunks(bytes: Uint8Array): Uint8Array {
  const kept = new Uint8Array(bytes.length);
  kept.set(bytes.subarray(0, SIGNATURE_BYTES));
  let length = SIGNATURE_BYTES;
  for (const { type, whole } of chunksOf(bytes)) {
    if (!CRITICAL.includes(type)) continue;
    kept.set(whole, length);
    length += whole.length;
  }
  return kept.subarray(0, length);
}

/** The chunks one by one, for there may be millions; the last one may be cut off. */
function* chunksOf(
  bytes: Uint8Array,
): Generator<{ type: string; content: Uint8Array; whole: Uint8Array }> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let start = SIGNATURE_BYTES; start + OVERHEAD <= bytes.length;) {
    const end = start + OVERHEAD + view.getUint32(start);
    const type = String.fromCharCode(...bytes.subarray(start + 4, start + 8));
    yield { type, content: bytes.subarray(start + 8, end - 4), whole: bytes.subarray(start, end) };
    if (type === "IEND") return;
    start = end;
  }
}
