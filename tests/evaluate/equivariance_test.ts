import assert from "node:assert/strict";
import { augmentationKinds } from "../../lib/dataset/single_augmentation.ts";
import { type MappedPhoto, measureEquivariance } from "../../lib/evaluate/equivariance.ts";
import type { RgbImage } from "../../lib/image/rgb_image.ts";
import { Random } from "../../lib/random/random.ts";

const side = 64;
const grid = [4, 4] as const;

/** Smooth blobs, so that a patch's mean changes little where a motion falls between pixels. */
function paint(path: string): RgbImage {
  const random = Random.from("blobs", path);
  const blobs = Array.from({ length: 3 }, () => [random.uniform(16, 48), random.uniform(16, 48)]);
  const data = new Uint8Array(side * side * 3);
  for (let place = 0; place < side * side; place++) {
    const [y, x] = [Math.floor(place / side), place % side];
    const light = blobs.reduce(
      (sum, [row, column]) => sum + Math.exp(-((y - row) ** 2 + (x - column) ** 2) / 200),
      0,
    );
    data.fill(Math.min(255, Math.round(100 * light)), place * 3, place * 3 + 3);
  }
  return { height: side, width: side, data };
}

/** The mean light of each of 4 × 4 patches: it moves with the photo. */
function lightOf({ data }: RgbImage): Float32Array {
  const sums = new Float32Array(16);
  for (let place = 0; place < side * side; place++) {
    const [y, x] = [Math.floor(place / side), place % side];
    sums[Math.floor(y / 16) * 4 + Math.floor(x / 16)] += data[place * 3] / 256;
  }
  return sums;
}

/** The same whatever the photo: it does not move. */
const stubborn = Float32Array.from({ length: 16 }, (_, patch) => (patch * 7) % 16);

function teacherOf(mapOf: (image: RgbImage) => Float32Array) {
  const batches: number[] = [];
  const maps = (images: readonly RgbImage[]) => {
    batches.push(images.length);
    return Promise.resolve(Float32Array.from(images.flatMap((image) => [...mapOf(image)])));
  };
  return { teacher: { grid, maps }, batches };
}

function photosOf(mapOf: (image: RgbImage) => Float32Array): MappedPhoto[] {
  return ["a", "b", "c"].map((path) => {
    const image = paint(path);
    return { path, image, map: mapOf(image) };
  });
}

const mean = (values: readonly number[]) => values.reduce((sum, it) => sum + it) / values.length;
const options = { batchSize: 2, seed: 0 };

Deno.test("measureEquivariance() finds 1 where the map moves with the photo", async () => {
  const { teacher, batches } = teacherOf(lightOf);
  const found = await measureEquivariance(photosOf(lightOf), { ...options, teacher });
  assert.deepEqual(Object.keys(found), [...augmentationKinds]);
  for (const kind of ["horizontalFlip", "verticalFlip"] as const) {
    for (const value of found[kind]) assert(Math.abs(value - 1) < 1e-6, `${kind}: ${value}`);
  }
  // motions between patches blur the moved map, but not what the teacher sees
  for (const kind of ["rotation", "perspective", "translation"] as const) {
    assert(mean(found[kind]) > 0.8, `${kind}: ${found[kind]}`);
  }
  assert.deepEqual(batches, augmentationKinds.flatMap(() => [2, 1]));
});

Deno.test("measureEquivariance() finds 1 for colours with a teacher blind to them", async () => {
  const { teacher } = teacherOf(() => stubborn);
  const { colour } = await measureEquivariance(photosOf(() => stubborn), { ...options, teacher });
  for (const value of colour) assert(Math.abs(value - 1) < 1e-6, `${value}`);
});

Deno.test("measureEquivariance() finds what a mirror makes of a map that stays", async () => {
  // a map that falls from left to right, and after the mirror, by rights, should rise: CC −1
  const falling = Float32Array.from({ length: 16 }, (_, patch) => 3 - patch % 4);
  const { teacher } = teacherOf(() => falling);
  const found = await measureEquivariance(photosOf(() => falling), { ...options, teacher });
  assert.deepEqual(found.horizontalFlip.map((value) => Math.round(value * 1e6)), [
    -1e6,
    -1e6,
    -1e6,
  ]);
  assert.deepEqual(found.verticalFlip.map((value) => Math.round(value * 1e6)), [1e6, 1e6, 1e6]);
});

Deno.test("measureEquivariance() leaves out patches that a motion has emptied", async () => {
  // the teacher finds every emptied pixel striking; the patches that still show the photo agree
  const flat = paint("flat");
  flat.data.fill(200);
  const ramp = ({ data }: RgbImage) =>
    lightOf({ ...flat, data }).map((light, patch) => light < 100 ? 1000 : patch % 4);
  const photo = { path: "flat", image: flat, map: ramp(flat) };
  const { teacher } = teacherOf(ramp);
  const { translation } = await measureEquivariance([photo], { ...options, teacher });
  assert(translation[0] > 0.9, `${translation}`);
});

Deno.test("measureEquivariance() draws by seed and path alone", async () => {
  const { teacher } = teacherOf(lightOf);
  const photos = photosOf(lightOf);
  const all = await measureEquivariance(photos, { ...options, teacher });
  const last = await measureEquivariance(photos.slice(2), { ...options, batchSize: 9, teacher });
  assert.deepEqual(last.rotation, all.rotation.slice(2));
  const other = await measureEquivariance(photos, { ...options, seed: 1, teacher });
  assert.notDeepEqual(other.rotation, all.rotation);
});

Deno.test("measureEquivariance() reports each batch, and stops between two", async () => {
  const { teacher, batches } = teacherOf(lightOf);
  const stop = new AbortController();
  const done: number[] = [];
  const onProgress = (progress: { done: number; total: number }) => {
    assert.equal(progress.total, 21);
    if (done.push(progress.done) === 3) stop.abort();
  };
  const work = measureEquivariance(photosOf(lightOf), {
    ...{ ...options, teacher, signal: stop.signal, onProgress },
  });
  await assert.rejects(work, { name: "AbortError" });
  assert.deepEqual(done, [0, 2, 3]);
  assert.deepEqual(batches, [2, 1]);
});
