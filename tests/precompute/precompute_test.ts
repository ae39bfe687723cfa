import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { ImageCache } from "../../lib/cache/image_cache.ts";
import { RolloutCache } from "../../lib/cache/rollout_cache.ts";
import { decodeImage } from "../../lib/image/decode.ts";
import { preprocessImage } from "../../lib/image/preprocess.ts";
import type { RgbImage } from "../../lib/image/rgb_image.ts";
import { precompute, type PrecomputeOptions } from "../../lib/precompute/precompute.ts";
import type { Teacher } from "../../lib/teacher/teacher.ts";
import { filesOf, settings as cacheSettings } from "../cache/cache_support.ts";
import { testWithFiles } from "../support/permissions.ts";
import { readFixture } from "../support/fixtures.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";

/** Where each photo lies in the data set, in order, and the fixture that it is. */
const photos: [path: string, fixture: string][] = [
  ["0.png", "image.0.png"],
  ["B/grey.png", "image.grey.png"],
  ["B/rgba.png", "image.rgba.png"],
  ["a b.png", "image.1.png"],
  ["b/2.png", "image.2.png"],
  ["b/c/3.png", "image.3.png"],
  ["ü.png", "image.palette.png"],
];
const settings = { ...cacheSettings, shardSize: 3 };

/** A teacher whose map is the mean of each cell of a 2 × 3 grid over a photo of 32 × 48 pixels. */
class BrightnessTeacher implements Teacher {
  readonly preprocessing = cacheSettings.preprocessing;
  readonly grid = [2, 3] as const;
  /** The size of each batch seen so far. */
  readonly batches: number[] = [];

  maps(images: readonly RgbImage[]): Promise<Float32Array> {
    this.batches.push(images.length);
    return Promise.resolve(Float32Array.from(images.flatMap(brightness)));
  }
}

function brightness({ width, data }: RgbImage): number[] {
  const sums = new Array<number>(6).fill(0);
  data.forEach((value, place) => {
    const [row, column] = [Math.floor(place / 3 / width), Math.floor(place / 3) % width];
    sums[Math.floor(row / 16) * 3 + Math.floor(column / 16)] += value;
  });
  return sums.map((sum) => sum / (16 * 16 * 3));
}

/** A folder with photos and room for a cache beside them, and the options to run with both. */
async function workplace({ bad = [] }: { bad?: string[] } = {}) {
  const folder = await temporaryFolder();
  const datasetPath = join(folder.path, "photos");
  for (const [path, fixture] of photos) {
    await Deno.mkdir(dirname(join(datasetPath, path)), { recursive: true });
    const content = bad.includes(path) ? new Uint8Array([1, 2, 3]) : readFixture(fixture);
    await Deno.writeFile(join(datasetPath, path), content);
  }
  const rolloutDir = join(folder.path, "rollouts");
  const teacher = new BrightnessTeacher();
  const options = { datasetPath, rolloutDir, teacher, settings, batchSize: 2, workers: 1 };
  return { options, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
}

/** What an uninterrupted run leaves. */
async function expectedFiles({ bad }: { bad?: string[] } = {}): Promise<Record<string, string>> {
  await using whole = await workplace({ bad });
  await precompute(whole.options);
  return await filesOf(whole.options.rolloutDir);
}

/** Runs until the `limit`th batch, counted by calls of the teacher, is done. */
async function interrupt(options: PrecomputeOptions, limit: number): Promise<void> {
  const stop = new AbortController();
  let batches = 0;
  const teacher: Teacher = {
    ...options.teacher,
    maps: (images) => {
      if (++batches === limit) stop.abort();
      return options.teacher.maps(images);
    },
  };
  await assert.rejects(precompute({ ...options, teacher, signal: stop.signal }), {
    name: "AbortError",
  });
  assert.equal(batches, limit);
}

testWithFiles("precompute() caches the teacher's map of each preprocessed photo", async () => {
  await using place = await workplace();
  const manifest = await precompute(place.options);
  assert.equal(manifest.mapCount, photos.length);
  using cache = await RolloutCache.open(place.options.rolloutDir);
  assert.deepEqual(cache.paths, photos.map(([path]) => path));
  for (const [path, fixture] of photos) {
    const image = await decodeImage(readFixture(fixture));
    const seen = preprocessImage(image, settings.preprocessing);
    assert.deepEqual(await cache.readMap(path), Float32Array.from(brightness(seen)), path);
  }
});

testWithFiles("precompute() fills batches, but not across shards", async () => {
  await using place = await workplace();
  await precompute(place.options);
  assert.deepEqual(place.options.teacher.batches, [2, 1, 2, 1, 1]);
});

testWithFiles("precompute() leaves the same files wherever it was stopped", async () => {
  const bad = ["b/2.png"];
  const expected = await expectedFiles({ bad });
  for (const [batches, left] of [[1, 7], [2, 4], [3, 1]]) {
    await using place = await workplace({ bad });
    await interrupt(place.options, batches);
    const done: number[] = [];
    const onProgress = (progress: { done: number }) => done.push(progress.done);
    await precompute({ ...place.options, onProgress });
    assert.equal(done[0], photos.length - left);
    assert.equal(done.at(-1), photos.length);
    assert.deepEqual(await filesOf(place.options.rolloutDir), expected, `after ${batches}`);
  }
});

testWithFiles(
  "precompute() leaves the same files whatever the batches and the workers",
  async () => {
    const bad = ["a b.png"];
    const expected = await expectedFiles({ bad });
    for (const [batchSize, workers] of [[1, 2], [3, 2], [100, 1]]) {
      await using place = await workplace({ bad });
      await precompute({ ...place.options, batchSize, workers });
      assert.deepEqual(await filesOf(place.options.rolloutDir), expected);
    }
  },
);

testWithFiles("precompute() has nothing left to do for a complete cache", async () => {
  await using place = await workplace();
  await precompute(place.options);
  const before = await filesOf(place.options.rolloutDir);
  const teacher = new BrightnessTeacher();
  const manifest = await precompute({ ...place.options, teacher });
  assert.equal(manifest.complete, true);
  assert.deepEqual(teacher.batches, []);
  assert.deepEqual(await filesOf(place.options.rolloutDir), before);
});

testWithFiles("precompute() names, counts and lists the photos that it skips", async () => {
  const bad = ["0.png", "b/c/3.png"];
  await using place = await workplace({ bad });
  const named: string[] = [];
  const progress: unknown[] = [];
  const manifest = await precompute({
    ...place.options,
    onSkip: ({ path }) => named.push(path),
    onProgress: (state) => progress.push(state),
  });
  assert.deepEqual(named, bad);
  assert.deepEqual(manifest.skipped.map(({ path }) => path), bad);
  assert.equal(manifest.mapCount, 5);
  for (const { path, reason } of manifest.skipped) {
    assert.ok(reason.includes(path), reason);
    assert.ok(!reason.includes(place.options.datasetPath), reason);
  }
  assert.deepEqual(progress, [
    { done: 0, total: 7, skipped: 0 },
    { done: 3, total: 7, skipped: 1 },
    { done: 5, total: 7, skipped: 1 },
    { done: 6, total: 7, skipped: 2 },
    { done: 7, total: 7, skipped: 2 },
  ]);
});

testWithFiles("precompute() goes on after a shard of bad photos alone", async () => {
  await using place = await workplace({ bad: ["0.png", "B/grey.png", "B/rgba.png"] });
  const manifest = await precompute(place.options);
  assert.deepEqual(manifest.shards.map(({ rows }) => rows), [0, 3, 1]);
});

testWithFiles("precompute() refuses a data set without one good photo", async () => {
  await using place = await workplace({ bad: photos.map(([path]) => path) });
  await assert.rejects(precompute(place.options), {
    name: "Error",
    message: /none of the 7 photos in .*photos can be decoded \(.*0\.png.*--overwrite$/,
  });
  await assert.rejects(RolloutCache.open(place.options.rolloutDir), { message: /not complete/ });
});

testWithFiles(
  "precompute() can stop at a bad photo, and goes on there once it is mended",
  async () => {
    await using place = await workplace({ bad: ["b/2.png"] });
    const onBadImage = "fail";
    await assert.rejects(precompute({ ...place.options, onBadImage }), {
      name: "Error",
      message: /Cannot precompute: b\/2\.png is a bad photo .*--on-bad-image=skip$/,
    });
    await Deno.writeFile(join(place.options.datasetPath, "b/2.png"), readFixture("image.2.png"));
    const teacher = new BrightnessTeacher();
    await precompute({ ...place.options, teacher, onBadImage });
    assert.deepEqual(teacher.batches, [2, 1, 1]);
    assert.deepEqual(await filesOf(place.options.rolloutDir), await expectedFiles());
  },
);

testWithFiles(
  "precompute() that must not skip refuses what an earlier run has skipped",
  async () => {
    await using place = await workplace({ bad: ["b/2.png"] });
    await precompute(place.options);
    await assert.rejects(precompute({ ...place.options, onBadImage: "fail" }), {
      message: /b\/2\.png is a bad photo .*mend it and use --overwrite/,
    });
  },
);

testWithFiles(
  "precompute() refuses to mix in other settings unless told to overwrite",
  async () => {
    await using place = await workplace();
    await precompute(place.options);
    const rollout = { ...settings.rollout, discardRatio: 0.5 };
    const other = { ...place.options, settings: { ...settings, rollout } };
    await assert.rejects(precompute(other), {
      message: /\(discard ratio: 0\.9 in the cache, 0\.5 asked\)/,
    });
    const manifest = await precompute({ ...other, overwrite: true });
    assert.equal(manifest.settings.rollout.discardRatio, 0.5);
  },
);

testWithFiles("precompute() passes a teacher's failure on and keeps the whole shards", async () => {
  await using place = await workplace();
  let calls = 0;
  const teacher: Teacher = {
    ...place.options.teacher,
    maps: (images) =>
      ++calls > 3
        ? Promise.reject(new Error("device lost"))
        : Promise.resolve(new Float32Array(images.length * 6)),
  };
  await assert.rejects(precompute({ ...place.options, teacher }), { message: "device lost" });
  const names = Object.keys(await filesOf(place.options.rolloutDir));
  assert.deepEqual(names, ["manifest.json", "rollouts-00000-of-00003.safetensors"]);
});

testWithFiles("precompute() refuses maps of another size than the teacher's grid", async () => {
  await using place = await workplace();
  const maps = () => Promise.resolve(new Float32Array(11));
  const teacher: Teacher = { ...place.options.teacher, maps };
  await assert.rejects(precompute({ ...place.options, teacher }), {
    name: "TypeError",
    message: /maps have 11 values, expected 2 · 2 · 3/,
  });
});

testWithFiles(
  "precompute() refuses an impossible batch size before it touches anything",
  async () => {
    await using place = await workplace();
    for (const batchSize of [0, 1.5, NaN]) {
      await assert.rejects(precompute({ ...place.options, batchSize }), {
        name: "RangeError",
        message: `Cannot precompute: batch size is ${batchSize}, expected a positive integer`,
      });
    }
    await assert.rejects(Deno.stat(place.options.rolloutDir), Deno.errors.NotFound);
  },
);

/** A run that keeps pixels, uninterrupted. */
async function expectedFilesWithImages({ bad }: { bad?: string[] } = {}) {
  await using whole = await workplace({ bad });
  await precompute({ ...whole.options, cacheImages: true });
  return await filesOf(whole.options.rolloutDir);
}

testWithFiles("precompute() keeps the pixels that the teacher saw, byte for byte", async () => {
  await using place = await workplace({ bad: ["B/rgba.png"] });
  await precompute({ ...place.options, cacheImages: true });
  using cache = await RolloutCache.open(place.options.rolloutDir);
  const images = new ImageCache(cache);
  for (const [path, fixture] of photos) {
    if (path === "B/rgba.png") continue;
    const image = await decodeImage(readFixture(fixture));
    assert.deepEqual(await images.load(path), preprocessImage(image, settings.preprocessing), path);
  }
});

testWithFiles("precompute() leaves the same pixels wherever it was stopped", async () => {
  const bad = ["b/2.png"];
  const expected = await expectedFilesWithImages({ bad });
  for (const batches of [1, 2, 3]) {
    await using place = await workplace({ bad });
    const options = { ...place.options, cacheImages: true };
    await interrupt(options, batches);
    await precompute(options);
    assert.deepEqual(await filesOf(place.options.rolloutDir), expected, `after ${batches}`);
  }
});

testWithFiles(
  "precompute() adds pixels to a complete cache without asking the teacher, and leaves them there",
  async () => {
    const bad = ["a b.png"];
    const expected = await expectedFilesWithImages({ bad });
    await using place = await workplace({ bad });
    await precompute(place.options);
    const teacher = new BrightnessTeacher();
    const done: number[] = [];
    const onProgress = (progress: { done: number }) => done.push(progress.done);
    await precompute({ ...place.options, teacher, cacheImages: true, onProgress });
    assert.deepEqual(teacher.batches, []);
    assert.deepEqual([done[0], done.at(-1)], [1, 7], "the bad photo is settled already");
    assert.deepEqual(await filesOf(place.options.rolloutDir), expected);
    await precompute({ ...place.options, teacher });
    assert.deepEqual(await filesOf(place.options.rolloutDir), expected);
  },
);

testWithFiles("precompute() refuses pixels of a photo that is no longer as it was", async () => {
  await using place = await workplace();
  await precompute(place.options);
  await Deno.writeFile(join(place.options.datasetPath, "b/2.png"), new Uint8Array([1, 2, 3]));
  await assert.rejects(precompute({ ...place.options, cacheImages: true }), {
    name: "Error",
    message: /^Cannot cache the pixels of b\/2\.png: it is a bad photo \(.*--overwrite$/,
  });
  await Deno.writeFile(join(place.options.datasetPath, "b/2.png"), readFixture("image.0.png"));
  await assert.rejects(precompute({ ...place.options, cacheImages: true }), {
    name: "Error",
    message: /^Cannot cache the pixels of b\/2\.png: the photo has changed since .*--repair$/,
  });
});
