import assert from "node:assert/strict";
import { crc32 } from "node:zlib";
import { join } from "node:path";
import { decodeImage } from "../../lib/image/decode.ts";
import { preprocessImage, type Preprocessing } from "../../lib/image/preprocess.ts";
import { readPhoto } from "../../lib/image/read_photo.ts";
import { testWith } from "../support/permissions.ts";

const photo = join("data", "sample", "images", "scene-00000.png");
const preprocessing: Preprocessing = {
  imageSize: [32, 48],
  cropPct: 0.9,
  interpolation: "bicubic",
  cropMode: "center",
  mean: [0, 0, 0],
  std: [1, 1, 1],
};

testWith(
  ["read"],
  "readPhoto() gives the crop that decoding and preparing give, and the checksum",
  async () => {
    const bytes = await Deno.readFile(photo);
    assert.deepEqual(await readPhoto(photo, { preprocessing }), {
      image: preprocessImage(await decodeImage(bytes), preprocessing),
      checksum: crc32(bytes),
    });
  },
);

testWith(["read"], "readPhoto() names a photo that is too large, or cannot be read", async () => {
  await assert.rejects(readPhoto(photo, { preprocessing, maxPixels: 100 }), {
    name: "RangeError",
    message: /scene-00000\.png/,
  });
  await assert.rejects(readPhoto("none.png", { preprocessing }), /none\.png is out of reach/);
});
