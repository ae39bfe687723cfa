import assert from "node:assert/strict";
import { crc32 } from "node:zlib";
import { decodeImage } from "../../lib/image/decode.ts";
import { DecodePool } from "../../lib/image/decode_pool.ts";
import { preprocessImage, type Preprocessing } from "../../lib/image/preprocess.ts";
import { readFixture } from "../support/fixtures.ts";
import { testWith } from "../support/permissions.ts";

const fixtures = new URL("../fixtures/", import.meta.url).pathname;
const preprocessing: Preprocessing = {
  imageSize: [64, 48],
  cropPct: 0.9,
  interpolation: "bicubic",
  cropMode: "center",
  mean: [0, 0, 0],
  std: [1, 1, 1],
};
const photos = ["image.0.png", "image.1.png", "image.2.png", "image.grey.png", "image.rgba.png"];

testWith(
  ["read"],
  "DecodePool.load() gives each photo its own pixels, however many wait",
  async () => {
    using pool = new DecodePool({ preprocessing });
    const names = [...photos, ...photos];
    const loaded = await Promise.all(names.map((name) => pool.load(fixtures + name)));
    for (const [i, name] of names.entries()) {
      const photo = await decodeImage(readFixture(name));
      assert.deepEqual(loaded[i], {
        image: preprocessImage(photo, preprocessing),
        checksum: crc32(readFixture(name)),
      }, name);
    }
  },
);

testWith(
  ["read"],
  "DecodePool.load() rejects an unreadable photo by name, and the next one succeeds",
  async () => {
    using pool = new DecodePool({ preprocessing, workers: 1 });
    const notAnImage = fixtures + "student.state_dict.pt";
    await assert.rejects(pool.load(notAnImage), {
      name: "SyntaxError",
      message: new RegExp(`^Cannot decode image: ${notAnImage} is of an unknown kind`),
    });
    await assert.rejects(pool.load(fixtures + "missing.jpg"), {
      message: /^Cannot read image: .*missing\.jpg is out of reach/,
    });
    assert.equal((await pool.load(fixtures + "image.0.png")).image.width, 48);
  },
);

Deno.test("DecodePool.load() rejects the photo whose worker dies, and replaces the worker", async () => {
  const source = `self.onmessage = ({ data }) => {
    if (data.path === "poison") setTimeout(() => { throw new Error("struck down"); });
    else self.postMessage({ image: { width: 1, height: 1, data: new Uint8Array(3) } });
  };`;
  const workerUrl = new URL(`data:text/javascript,${encodeURIComponent(source)}`);
  using pool = new DecodePool({ preprocessing, workers: 1, workerUrl });
  const outcomes = await Promise.allSettled(["a", "poison", "b"].map((path) => pool.load(path)));
  assert.deepEqual(outcomes.map(({ status }) => status), ["fulfilled", "rejected", "fulfilled"]);
  assert.match(
    String((outcomes[1] as PromiseRejectedResult).reason),
    /Cannot load image: the worker for poison is dead \(.*struck down/,
  );
});

testWith(
  ["read"],
  "DecodePool.close() rejects what is on its way and what comes later",
  async () => {
    const pool = new DecodePool({ preprocessing, workers: 1 });
    const onTheirWay = [pool.load(fixtures + "image.0.png"), pool.load(fixtures + "image.1.png")];
    pool.close();
    for (const promise of [...onTheirWay, pool.load("later.png")]) {
      await assert.rejects(promise, {
        message: /^Cannot load image: the pool for .*png is closed/,
      });
    }
  },
);

Deno.test("DecodePool() refuses a number of workers that is not a positive integer", () => {
  for (const workers of [0, -1, 1.5, NaN]) {
    assert.throws(() => new DecodePool({ preprocessing, workers }), {
      name: "RangeError",
      message: `Cannot load image: workers is ${workers}, expected a positive integer`,
    });
  }
});
