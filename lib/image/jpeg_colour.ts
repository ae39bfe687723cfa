/**
 * What the channels of a JPEG are, where no marker says it.
 *
 * @module
 */
import { isFrame, segmentsOf } from "./jpeg_segments.ts";

const JFIF = 0xe0;
const ADOBE = 0xee;

/** Adobe's segment (APP14) with transform 0: the channels are RGB, or CMYK, as they are. */
const UNTRANSFORMED = [0xff, ADOBE, 0, 14, ...bytesOf("Adobe"), 0, 100, 0, 0, 0, 0, 0];

/** The bytes before it: the file's first marker. */
const SOI_BYTES = 2;

/**
 * Says in an Adobe segment what a file leaves open: as libjpeg decides, four channels are CMYK, and three are
 * RGB when they are called R, G and B. The decoder refuses the former and takes the latter for YCbCr.
 *
 * @param bytes A JPEG; it is given back as it is where it leaves nothing open.
 */
export function withColourMarker(bytes: Uint8Array): Uint8Array {
  for (const { marker, content } of segmentsOf(bytes)) {
    if (
      marker === JFIF && startsWith(content, "JFIF") ||
      marker === ADOBE && startsWith(content, "Adobe")
    ) {
      return bytes;
    }
    if (isFrame(marker)) return isUntransformed(content) ? withMarker(bytes) : bytes;
  }
  return bytes;
}

function startsWith(content: Uint8Array, text: string): boolean {
  return content.length >= text.length && bytesOf(text).every((byte, i) => content[i] === byte);
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Channels are listed after six bytes, three bytes each, of which the first is the name. */
function isUntransformed(frame: Uint8Array): boolean {
  const [r, g, b] = [6, 9, 12].map((place) => String.fromCharCode(frame[place]));
  return frame[5] === 4 || frame[5] === 3 && r + g + b === "RGB";
}

function withMarker(bytes: Uint8Array): Uint8Array {
  const marked = new Uint8Array(bytes.length + UNTRANSFORMED.length);
  marked.set(bytes.subarray(0, SOI_BYTES));
  marked.set(UNTRANSFORMED, SOI_BYTES);
  marked.set(bytes.subarray(SOI_BYTES), SOI_BYTES + UNTRANSFORMED.length);
  return marked;
}
