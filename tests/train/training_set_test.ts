import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { openBackend } from "../../lib/backend/open_backend.ts";
import { RolloutCache } from "../../lib/cache/rollout_cache.ts";
import { PixelStore } from "../../lib/dataset/pixel_store.ts";
import type { RgbImage } from "../../lib/image/rgb_image.ts";
import { TrainingSet } from "../../lib/train/training_set.ts";
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
  const model = describeSceneClassifier("hue", tinyArgs);
  const set = new TrainingSet({
    paths: cache.paths,
    cache,
    pixels: new PixelStore({ root: "", pool: { load }, limitBytes: 0 }),
    description: {
      model,
      grid: cache.manifest.settings.grid,
      degradation: options.degradation,
      view: model.preprocessing,
    },
    training: { ...options.training, augment },
  });
  const end = () => Deno.remove(root, { recursive: true });
  return { set, cache, decoded, end };
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
    tf.dispose({ ...await set.load(paths, epoch) });
    assert.deepEqual(decoded.toSorted(), paths.toSorted());
    await end();
  },
);

testWithFiles("TrainingSet.load() gives maps divided by their maximum", async () => {
  const { set, cache, end } = await greySet({ augment: false });
  const [paths] = set.batchPaths(epoch);
  const { images, targets } = await set.load(paths, epoch);
  assert.deepEqual(images.shape, [4, 64, 64, 3]);
  const values = await targets.data();
  const map = await cache.readMap(paths[1]);
  const largest = Math.max(...map);
  assert.deepEqual([...values.slice(4, 8)], [...map.map((value) => value / largest)]);
  tf.dispose([images, targets]);
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
    const { images, targets } = await set.load(batch, when);
    const values = [...await targets.data()].slice(index * 4, index * 4 + 4);
    tf.dispose([images, targets]);
    return values;
  };
  const alone = await targetsOf([paths[5]], 0);
  assert.deepEqual(await targetsOf(paths.slice(3, 7), 2), alone);
  assert.notDeepEqual(await targetsOf([paths[5]], 0, { phase: "ft", epoch: 1 }), alone);
  await end();
});
