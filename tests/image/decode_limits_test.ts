/** What a small file may not make the decoder do. */
import assert from "node:assert/strict";
import { deflateSync } from "node:zlib";
import { join } from "node:path";
import { decodeImage } from "../../lib/image/decode.ts";
import { DecodePool } from "../../lib/image/decode_pool.ts";
import { preprocessImage, type Preprocessing } from "../../lib/image/preprocess.ts";
import { testWith } from "../support/permissions.ts";
import { testInFolder, testWithProgrammes } from "../support/temporary_folder.ts";
import { gifOf, jpegFrame, pngChunk, pngOf } from "./photo_bytes.ts";

const preprocessing: Preprocessing = {
  imageSize: [64, 48],
  cropPct: 0.9,
  interpolation: "bicubic",
  cropMode: "center",
  mean: [0, 0, 0],
  std: [1, 1, 1],
};

Deno.test("decodeImage() refuses a picture larger than memory by its header alone", async () => {
  const bombs = {
    "a.png": pngOf({ width: 60_000, height: 60_000, rows: 1 }),
    "a.jpg": Uint8Array.from([0xff, 0xd8, ...jpegFrame({ width: 65_000, height: 65_000 })]),
    "screen.gif": gifOf({ screen: [65_535, 65_535], frame: [0, 0, 1, 1] }),
    "frame.gif": gifOf({ screen: [1, 1], frame: [0, 0, 65_535, 65_535] }),
  };
  for (const [name, bytes] of Object.entries(bombs)) {
    await assert.rejects(decodeImage(bytes, { name }), {
      name: "RangeError",
      message: /^Cannot decode image: \S+ has \d+×\d+ = \d{10} pixels, expected at most 89478485;/,
    });
  }
});

testWith(["read"], "decodeImage() takes the limit that it is given", async () => {
  const bytes = pngOf({ width: 40, height: 30 });
  assert.equal((await decodeImage(bytes, { maxPixels: 1200 })).width, 40);
  await assert.rejects(decodeImage(bytes, { maxPixels: 1199 }), { name: "RangeError" });
});

testWith(["read"], "decodeImage() does not unpack texts and profiles", async () => {
  const bomb = deflateSync(new Uint8Array(2 ** 28)); // 256 MiB in 260 kB
  const content = Uint8Array.from([0x61, 0, 0, ...bomb]);
  const extra = ["zTXt", "iCCP", "iTXt"].map((type) => pngChunk(type, content));
  const before = Deno.memoryUsage().rss;
  const { width, height } = await decodeImage(pngOf({ width: 5, height: 4, extra }));
  assert.deepEqual([width, height], [5, 4]);
  assert.ok(Deno.memoryUsage().rss - before < 2 ** 27);
});

testWith(["read"], "decodeImage() refuses a PNG whose pixels go on beyond its size", async () => {
  await assert.rejects(decodeImage(pngOf({ width: 16, height: 16, rows: 2 ** 20 })), SyntaxError);
});

testWith(["read"], "a photo of one column is prepared without filling memory", async () => {
  const photo = await decodeImage(pngOf({ width: 1, height: 65_535 }));
  const before = Deno.memoryUsage().rss;
  const { width, height } = preprocessImage(photo, preprocessing);
  assert.deepEqual([width, height], [48, 64]);
  assert.ok(Deno.memoryUsage().rss - before < 2 ** 27);
});

testInFolder(
  "DecodePool.load() refuses what is no regular file, or too large a one",
  async (folder) => {
    using pool = new DecodePool({ preprocessing, workers: 1, maxPixels: 1000 });
    const load = async (name: string) => await pool.load(join(folder, name));
    await Deno.mkdir(join(folder, "folder.jpg"));
    await assert.rejects(load("folder.jpg"), {
      message: /^Cannot read .*folder\.jpg: it is a folder, expected a regular file/,
    });
    await Deno.symlink("/dev/zero", join(folder, "endless.jpg"));
    await assert.rejects(load("endless.jpg"), {
      message: /it is a device, expected a regular file/,
    });
    using sparse = await Deno.create(join(folder, "sparse.jpg"));
    await sparse.truncate(50e9);
    await assert.rejects(load("sparse.jpg"), {
      name: "RangeError",
      message: /sparse\.jpg: it has 50000000000 bytes, expected at most 67116864; .* --max-pixels/,
    });
    await Deno.writeFile(join(folder, "large.png"), pngOf({ width: 40, height: 30 }));
    await assert.rejects(load("large.png"), { message: /large\.png has 40×30 = 1200 pixels/ });
    await Deno.writeFile(join(folder, "small.png"), pngOf({ width: 30, height: 30 }));
    assert.equal((await load("small.png")).width, 48);
  },
);

testWithProgrammes("DecodePool.load() does not wait for the writer of a pipe", async (folder) => {
  const pipe = join(folder, "pipe.jpg");
  await new Deno.Command("mkfifo", { args: [pipe] }).output();
  using pool = new DecodePool({ preprocessing, workers: 1 });
  await assert.rejects(pool.load(pipe), { message: /it is a pipe, expected a regular file/ });
});
