import assert from "node:assert/strict";
import { augmentJointly, type MappedImage } from "../../lib/dataset/augment.ts";
import { AugmentPool } from "../../lib/dataset/augment_pool.ts";
import { sampleAugmentation } from "../../lib/dataset/augmentation.ts";
import { paintAugmented } from "../../lib/dataset/view.ts";
import { Random } from "../../lib/random/random.ts";
import { testWith } from "../support/permissions.ts";

function photo(random: Random): MappedImage {
  return {
    image: Uint8Array.from({ length: 24 * 32 * 3 }, () => random.integer(0, 256)),
    ...{ height: 24, width: 32 },
    map: Float32Array.from({ length: 6 }, () => random.uniform()),
    ...{ gridHeight: 2, gridWidth: 3 },
  };
}

testWith(["read"], "AugmentPool gives each photo what augmentJointly() gives it", async () => {
  using pool = new AugmentPool({ workers: 2 });
  const random = Random.from("augment pool");
  const asked = Array.from({ length: 7 }, (_, place) => {
    const source = photo(random);
    return { source, path: String(place), augmentation: sampleAugmentation(random, source) };
  });
  const moved = await Promise.all(asked.map(({ source, ...options }) => {
    return pool.augment(source, options);
  }));
  for (const [place, { source, augmentation }] of asked.entries()) {
    assert.deepEqual(moved[place], augmentJointly(source, augmentation));
  }
});

testWith(["read"], "AugmentPool paints what paintAugmented() paints", async () => {
  using pool = new AugmentPool({ workers: 1 });
  const random = Random.from("augment pool");
  const { image, height, width } = photo(random);
  const source = { data: image as Uint8Array, height, width };
  const augmentation = sampleAugmentation(random, source);
  const painted = await pool.paint(source, { path: "a.jpg", augmentation });
  assert.deepEqual(painted, paintAugmented(source, augmentation));
  assert.equal(source.data.length, 24 * 32 * 3, "the photo stays");
});

testWith(["read"], "AugmentPool rejects what augmentJointly() refuses, and goes on", async () => {
  using pool = new AugmentPool({ workers: 1 });
  const random = Random.from("augment pool");
  const source = photo(random);
  const options = { path: "a.jpg", augmentation: sampleAugmentation(random, source) };
  await assert.rejects(pool.augment({ ...source, gridWidth: 4 }, options), {
    name: "TypeError",
    message: "Cannot warp: data holds 6 samples, expected 2×4×1 = 8",
  });
  assert.equal((await pool.augment(source, options)).map.length, 6);
});

testWith(
  ["read"],
  "AugmentPool rejects a photo on its way when it is closed, by name",
  async () => {
    const random = Random.from("augment pool");
    const source = photo(random);
    const pool = new AugmentPool({ workers: 1 });
    const augmentation = sampleAugmentation(random, source);
    const onItsWay = pool.augment(source, { path: "a.jpg", augmentation });
    pool[Symbol.dispose]();
    await assert.rejects(onItsWay, {
      message: /^Cannot augment photo: the pool for a\.jpg is closed/,
    });
  },
);
