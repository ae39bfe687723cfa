import assert from "node:assert/strict";
import { withColourMarker } from "../../lib/image/jpeg_colour.ts";
import { jpegFrame, jpegSegment } from "./photo_bytes.ts";

const file = (...parts: number[][]) => Uint8Array.from([0xff, 0xd8, ...parts.flat(), 0xff, 0xd9]);
const text = (content: string) => [...new TextEncoder().encode(content)];
const channels = (names: readonly number[]) =>
  jpegSegment(0xc0, [8, 0, 8, 0, 8, names.length, ...names.flatMap((name) => [name, 0x11, 0])]);
const adobe = jpegSegment(0xee, [...text("Adobe"), 0, 100, 0, 0, 0, 0, 0]);

Deno.test("withColourMarker() says that four channels are CMYK, and R, G and B are what they are", () => {
  for (const names of [[1, 2, 3, 4], text("RGB")]) {
    assert.deepEqual(withColourMarker(file(channels(names))), file(adobe, channels(names)));
  }
});

Deno.test("withColourMarker() leaves alone what says it, or is as usual", () => {
  const jfif = jpegSegment(0xe0, [...text("JFIF"), 0, 1, 1, 0, 0, 1, 0, 1, 0, 0]);
  const ycck = jpegSegment(0xee, [...text("Adobe"), 0, 100, 0, 0, 0, 0, 2]);
  for (
    const bytes of [
      file(jpegFrame({ width: 8, height: 8 })),
      file(channels([1])),
      file(jfif, channels(text("RGB"))),
      file(ycck, channels([1, 2, 3, 4])),
      file(),
      new Uint8Array(),
    ]
  ) assert.equal(withColourMarker(bytes), bytes);
});
