import assert from "node:assert/strict";
import type { Format } from "../../lib/image/codecs.ts";
import { readPhotoHeader, refuseLarge } from "../../lib/image/photo_header.ts";
import { readFixture, readFixtureTensors } from "../support/fixtures.ts";
import { describeWith } from "../support/permissions.ts";
import { gifOf, jpegFrame, jpegSegment, pngChunk, pngOf } from "./photo_bytes.ts";

describeWith(["read"], "readPhotoHeader() reads the size that PIL decodes to", () => {
  for (const [name, { shape }] of readFixtureTensors("decode/expected.safetensors")) {
    Deno.test(`readPhotoHeader() reads the size of ${name}`, () => {
      const format = name.replace(/^.*\./, "").replace("jpg", "jpeg") as Format;
      const { width, height } = readPhotoHeader(readFixture(`decode/${name}`), format);
      const turned = /orientation_[5-8]|orientation_6/.test(name);
      assert.deepEqual(turned ? [width, height] : [height, width], shape.slice(0, 2));
    });
  }
});

const jpeg = (...parts: number[][]) => Uint8Array.from([0xff, 0xd8, ...parts.flat()]);

Deno.test("readPhotoHeader() takes a JPEG's own size, not that of a preview or of what follows it", () => {
  const preview = [...jpeg(jpegFrame({ width: 9, height: 9 }), [0xff, 0xd9])];
  const bytes = jpeg(
    jpegSegment(0xe1, preview),
    [0x12, 0xff, 0x00, 0x34, 0xff, 0xff], // garbage and filling between segments
    jpegFrame({ width: 640, height: 480 }).slice(1),
    jpegSegment(0xda, [1, 1, 0, 0, 63, 0]),
    [1, 0xff, 0, 2, 0xff, 0xd0, 3, 0xff, 0xd9],
    preview,
  );
  assert.deepEqual(readPhotoHeader(bytes, "jpeg"), { width: 640, height: 480, exif: undefined });
});

Deno.test("readPhotoHeader() names JPEGs that are not read by their kind", () => {
  for (
    const [marker, kind] of [[0xc3, "lossless"], [0xc5, "hierarchical"], [
      0xc9,
      "arithmetically coded",
    ]] as const
  ) {
    const bytes = jpeg(jpegFrame({ width: 8, height: 8, marker }));
    assert.throws(() => readPhotoHeader(bytes, "jpeg"), { message: `a ${kind} JPEG` });
  }
  const deep = jpeg(jpegFrame({ width: 8, height: 8, marker: 0xc1, bits: 12 }));
  assert.throws(() => readPhotoHeader(deep, "jpeg"), { message: "a JPEG of 12 bits a channel" });
});

Deno.test("readPhotoHeader() refuses a JPEG of very many scans, each a pass over all blocks", () => {
  const scans = (count: number) =>
    jpeg(
      jpegFrame({ width: 8, height: 8, marker: 0xc2 }),
      Array.from({ length: count }, () => jpegSegment(0xda, [1, 1, 0, 1, 63, 0])).flat(),
    );
  assert.equal(readPhotoHeader(scans(500), "jpeg").width, 8);
  assert.throws(() => readPhotoHeader(scans(501), "jpeg"), { message: "more than 500 scans" });
});

Deno.test("readPhotoHeader() enlarges a GIF's screen by what its frame reaches beyond it", () => {
  const inside = gifOf({ screen: [100, 50], frame: [10, 10, 20, 20] });
  assert.deepEqual(readPhotoHeader(inside, "gif"), { width: 100, height: 50 });
  const beyond = gifOf({ screen: [1, 1], frame: [30, 0, 65_535, 65_535] });
  assert.deepEqual(readPhotoHeader(beyond, "gif"), { width: 65_565, height: 65_535 });
});

Deno.test("readPhotoHeader() finds the EXIF block of a PNG", () => {
  const exif = Uint8Array.of(0x4d, 0x4d, 0, 42);
  const bytes = pngOf({ width: 3, height: 2, extra: [pngChunk("eXIf", exif)] });
  const header = readPhotoHeader(bytes, "png");
  assert.deepEqual({ ...header, exif: [...header.exif!] }, {
    width: 3,
    height: 2,
    exif: [...exif],
  });
});

Deno.test("readPhotoHeader() refuses files without a size, or cut before it", () => {
  for (
    const [format, whole] of [
      ["jpeg", jpeg(jpegFrame({ width: 8, height: 8 })).subarray(0, 11)],
      ["png", pngOf({ width: 8, height: 8 }).subarray(0, 24)],
      ["gif", gifOf({ screen: [8, 8], frame: [0, 0, 8, 8] }).subarray(0, -1)],
    ] as [Format, Uint8Array][]
  ) {
    for (let length = 0; length < whole.length; length++) {
      assert.throws(() => readPhotoHeader(whole.subarray(0, length), format), Error);
    }
  }
  assert.throws(() => readPhotoHeader(pngOf({ width: 0, height: 4 }), "png"), {
    message: "a size of 0×4",
  });
});

Deno.test("refuseLarge() names file, size, limit and flag", () => {
  const options = { name: "bomb.png", maxPixels: 100 };
  refuseLarge({ width: 10, height: 10 }, options);
  assert.throws(() => refuseLarge({ width: 11, height: 10 }, options), {
    name: "RangeError",
    message: "Cannot decode image: bomb.png has 11×10 = 110 pixels, expected at most 100; " +
      "shrink the photo, or raise --max-pixels if you trust it",
  });
  assert.throws(() => refuseLarge({ width: 65_536, height: 1 }, { ...options, maxPixels: 1e6 }), {
    name: "RangeError",
    message: /has 65536×1 pixels, expected at most 65535 along each side/,
  });
});
