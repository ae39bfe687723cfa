import assert from "node:assert/strict";
import { openBackend } from "../../lib/backend/open_backend.ts";
import { RolloutCache } from "../../lib/cache/rollout_cache.ts";
import { augmentJointly } from "../../lib/dataset/augment.ts";
import { PixelStore } from "../../lib/dataset/pixel_store.ts";
import { sha256Hex } from "../../lib/files/sha256.ts";
import type { RgbImage } from "../../lib/image/rgb_image.ts";
import { TrainingSet, type TrainingSetOptions } from "../../lib/train/training_set.ts";
import { describeSceneClassifier } from "../../lib/train/train_scene_classifier.ts";
import { testWithFiles } from "../support/permissions.ts";
import { makeTinyPipeline, tinyArgs } from "../support/tiny_pipeline.ts";

const epoch = { phase: "ft", epoch: 0 } as const;

/** A set over the tiny pipeline whose photos are grey, and how often each was decoded. */
async function greySet({ augment }: { augment: boolean }) {
  await openBackend("cpu");
  const { root, options } = await makeTinyPipeline();
  const cache = await RolloutCache.open(options.rolloutDir);
  const decoded: string[] = [];
  const load = (path: string): Promise<RgbImage> => {
    decoded.push(path);
    return Promise.resolve({ width: 64, height: 64, data: new Uint8Array(64 * 64 * 3).fill(128) });
  };
  const augmented: string[] = [];
  const augmenter: TrainingSetOptions["augmenter"] = {
    augment: (source, { augmentation, path }) => {
      augmented.push(path);
      return Promise.resolve(augmentJointly(source, augmentation));
    },
    paint: () => Promise.reject(new Error("nothing is replayed")),
  };
  const model = describeSceneClassifier("hue", tinyArgs);
  const set = new TrainingSet({
    paths: cache.paths,
    cache,
    pixels: new PixelStore({ source: { load }, limitBytes: 0 }),
    description: {
      model,
      grid: cache.manifest.settings.grid,
      degradation: options.degradation,
      view: model.preprocessing,
    },
    training: { ...options.training, augment },
    augmenter,
  });
  const end = () => Deno.remove(root, { recursive: true });
  return { set, cache, decoded, augmented, end };
}

testWithFiles("TrainingSet visits every photo once an epoch, in another order each", async () => {
  const { set, cache, end } = await greySet({ augment: false });
  const first = set.batchPaths(epoch);
  assert.deepEqual(first.map(({ length }) => length), [4, 4, 2]);
  assert.deepEqual(first.flat().toSorted(), cache.paths);
  assert.notDeepEqual(set.batchPaths({ ...epoch, epoch: 1 }).flat(), first.flat());
  await end();
});

testWithFiles(
  "TrainingSet.load() decodes a prefetched photo once, though the store keeps none",
  async () => {
    const { set, decoded, end } = await greySet({ augment: false });
    const [paths] = set.batchPaths(epoch);
    set.prefetch(paths);
    await new Promise((resolve) => setTimeout(resolve));
    await set.load(paths, epoch);
    assert.deepEqual(decoded.toSorted(), paths.toSorted());
    await end();
  },
);

testWithFiles(
  "TrainingSet.load() gives the same whether prefetched or augmented elsewhere",
  async () => {
    const { set, augmented, end } = await greySet({ augment: true });
    const digestsOf = async (paths: string[], when: { phase: "ft"; epoch: number }) => {
      const examples = await set.load(paths, when);
      const values = [examples.map(({ data }) => data), examples.map(({ map }) => map)];
      return values.map((arrays) => {
        const all = Float32Array.from(arrays.flatMap((array) => [...array]));
        return sha256Hex(new Uint8Array(all.buffer));
      });
    };
    const [paths] = set.batchPaths(epoch);
    const plain = await digestsOf(paths, epoch);
    set.prefetch(paths);
    assert.deepEqual(await digestsOf(paths, epoch), plain);
    assert.deepEqual(augmented.toSorted(), [...paths, ...paths].toSorted());
    set.prefetch(paths);
    const otherwise = await digestsOf(paths, { ...epoch, epoch: 1 });
    assert.notEqual(otherwise[0], plain[0]);
    assert.notEqual(otherwise[1], plain[1]);
    await end();
  },
);

testWithFiles("TrainingSet.load() gives maps divided by their maximum", async () => {
  const { set, cache, end } = await greySet({ augment: false });
  const [paths] = set.batchPaths(epoch);
  const examples = await set.load(paths, epoch);
  assert.deepEqual(examples.map(({ data }) => data.length), new Array(4).fill(64 * 64 * 3));
  const map = await cache.readMap(paths[1]);
  const largest = Math.max(...map);
  assert.deepEqual(examples[1].map, map.map((value) => value / largest));
  await end();
});

testWithFiles("TrainingSet.load() augments by seed, epoch and path alone", async () => {
  const { set, end } = await greySet({ augment: true });
  const paths = set.batchPaths(epoch).flat();
  const targetsOf = async (
    batch: string[],
    index: number,
    when = epoch as { phase: "ft"; epoch: number },
  ) => {
    return (await set.load(batch, when))[index].map;
  };
  const alone = await targetsOf([paths[5]], 0);
  assert.deepEqual(await targetsOf(paths.slice(3, 7), 2), alone);
  assert.notDeepEqual(await targetsOf([paths[5]], 0, { phase: "ft", epoch: 1 }), alone);
  await end();
});
