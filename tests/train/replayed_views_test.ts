/**
 * Training on cached views instead of drawn augmentations.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { openBackend } from "../../lib/backend/open_backend.ts";
import { RolloutCache } from "../../lib/cache/rollout_cache.ts";
import { AugmentPool } from "../../lib/dataset/augment_pool.ts";
import { PhotoSource } from "../../lib/dataset/photo_source.ts";
import { PixelStore } from "../../lib/dataset/pixel_store.ts";
import { ReplayedViews } from "../../lib/dataset/replayed_views.ts";
import { drawView, paintAugmented } from "../../lib/dataset/view.ts";
import { divideByMaximum } from "../../lib/rollout/divide_by_maximum.ts";
import { ViewCache } from "../../lib/cache/view_cache.ts";
import { describeSceneClassifier } from "../../lib/train/train_scene_classifier.ts";
import { trainStudent } from "../../lib/train/train_student.ts";
import type { CompleteTrainStudentOptions } from "../../lib/train/train_student_options.ts";
import { TrainingSet } from "../../lib/train/training_set.ts";
import { editFile, signManifest } from "../cache/cache_support.ts";
import { loadLocated } from "../../lib/model/located_model.ts";
import { locateModel } from "../../lib/model/model_source.ts";
import { createTeacher } from "../../lib/teacher/teacher.ts";
import { readSafetensors } from "../../lib/weights/safetensors.ts";
import { assertClose } from "../support/numeric.ts";
import { filesObstacle, testWithFiles } from "../support/permissions.ts";
import { makeTinyPipeline, tinyArgs, type TinyPipeline } from "../support/tiny_pipeline.ts";

let pipeline: TinyPipeline;
let plain: TinyPipeline;
if (!filesObstacle) {
  Deno.test.beforeAll(async () => {
    await openBackend("wasm");
    pipeline = await makeTinyPipeline({ photos: 6, viewsPerPhoto: 2 });
    plain = await makeTinyPipeline({ photos: 6 });
  });
  Deno.test.afterAll(async () => {
    await Deno.remove(pipeline.root, { recursive: true });
    await Deno.remove(plain.root, { recursive: true });
  });
}

function runOf(
  { root, options }: TinyPipeline,
  { name, training, ...changes }: Partial<CompleteTrainStudentOptions> & { name: string },
): CompleteTrainStudentOptions {
  return {
    ...options,
    ...changes,
    runDir: join(root, name),
    training: { ...options.training, targets: "views", ...training },
  };
}

/** A set that replays the pipeline's views. */
async function openSet(cache: RolloutCache, augmenter?: AugmentPool) {
  const { options } = pipeline;
  const { settings } = cache.manifest;
  const source = await PhotoSource.open({ ...options, preprocessing: settings.preprocessing });
  const set = new TrainingSet({
    paths: cache.paths,
    cache,
    pixels: new PixelStore({ source, limitBytes: 0 }),
    description: {
      model: describeSceneClassifier("hue", tinyArgs),
      grid: settings.grid,
      degradation: options.degradation,
      view: settings.preprocessing,
    },
    training: { ...options.training, linearLayerEpochs: 1, targets: "views" },
    views: await ReplayedViews.open(cache),
    augmenter,
  });
  return { set, source };
}

testWithFiles("TrainingSet replays view e mod K in epoch e, over both phases", async () => {
  using cache = await RolloutCache.open(pipeline.options.rolloutDir);
  const { set, source } = await openSet(cache);
  using photos = source;
  const views = await ViewCache.open(cache);
  const epochs = [["linear", 0, 0], ["ft", 0, 1], ["ft", 1, 0], ["ft", 2, 1]] as const;
  for (const [phase, epoch, view] of epochs) {
    const examples = await set.load(cache.paths, { phase, epoch });
    for (const [place, path] of cache.paths.entries()) {
      const photo = await photos.load(path);
      const painted = paintAugmented(photo, drawView({ seed: 2, path, view }, photo));
      assert.deepEqual(examples[place].data, painted.data, "the pixels that the teacher saw");
      const { map } = await views.read(path, view);
      assert.deepEqual(examples[place].map, divideByMaximum(map), "the teacher's map of them");
    }
  }
});

testWithFiles("TrainingSet's replayed target is what the teacher says of its pixels", async () => {
  using cache = await RolloutCache.open(pipeline.options.rolloutDir);
  const { set, source } = await openSet(cache);
  using _ = source;
  const located = await locateModel(pipeline.options.source);
  const model = await loadLocated(located);
  const { rollout, preprocessing } = cache.manifest.settings;
  const teacher = createTeacher(model, { preprocessing, rollout });
  const [{ data, map }] = await set.load(cache.paths.slice(0, 1), { phase: "ft", epoch: 0 });
  assert(data instanceof Uint8Array);
  const said = await teacher.maps([{ height: 64, width: 64, data }]);
  assertClose(map, divideByMaximum(said), { tolerance: 1e-5 });
  model.dispose();
});

testWithFiles("TrainingSet replays the same in worker threads and ahead of time", async () => {
  using cache = await RolloutCache.open(pipeline.options.rolloutDir);
  using augmenter = new AugmentPool({ workers: 1 });
  const alone = await openSet(cache);
  const pooled = await openSet(cache, augmenter);
  using _ = alone.source;
  using __ = pooled.source;
  const epoch = { phase: "ft", epoch: 0 } as const;
  const expected = await alone.set.load(cache.paths, epoch);
  pooled.set.batchPaths(epoch);
  pooled.set.prefetch(cache.paths);
  assert.deepEqual(await pooled.set.load(cache.paths, epoch), expected);
});

testWithFiles("trainStudent() on views resumes at the same weights, and as such only", async () => {
  const whole = await trainStudent(runOf(pipeline, { name: "whole" }));
  const broken = runOf(pipeline, { name: "broken" });
  const stop = new AbortController();
  await trainStudent({
    ...broken,
    signal: stop.signal,
    onProgress: ({ step }) => step === 3 && stop.abort(),
  });
  const { targets: _, ...joint } = broken.training;
  await assert.rejects(trainStudent({ ...broken, training: joint, resume: true }), {
    name: "UsageError",
    message: /--resume cannot continue .*targets was "views"/,
  });
  const resumed = await trainStudent({ ...broken, resume: true });
  const [some, others] = await Promise.all(
    [whole, resumed].map(({ checkpoint }) => readSafetensors(checkpoint!)),
  );
  assert.deepEqual(others.tensors, some.tensors);
  const { views, targets } = JSON.parse(others.metadata.training);
  assert.equal(targets, "views");
  assert.deepEqual(views, { perPhoto: 2, generatorVersion: 1, seed: 2 });
});

testWithFiles("trainStudent() on views learns something else than on moved maps", async () => {
  const replayed = await trainStudent(runOf(pipeline, { name: "replayed" }));
  const { targets: _, ...joint } = pipeline.options.training;
  const moved = await trainStudent({ ...runOf(pipeline, { name: "moved" }), training: joint });
  assert.notEqual(replayed.loss, moved.loss);
});

testWithFiles("trainStudent() refuses views that are not there, or not augmented", async () => {
  await assert.rejects(trainStudent(runOf(plain, { name: "none" })), {
    message: /^Cannot read views: the cache in .* holds none .*run precompute with --views=K/,
  });
  const training = { ...pipeline.options.training, targets: "views", augment: false } as const;
  await assert.rejects(trainStudent(runOf(pipeline, { name: "still", training })), {
    name: "UsageError",
    message: /^--targets=views replays augmented views, .*leave out --no-augment/,
  });
});

testWithFiles("ReplayedViews refuses views of another generator", async () => {
  const other = await makeTinyPipeline({ photos: 2, viewsPerPhoto: 1 });
  const { rolloutDir } = other.options;
  await editFile(
    join(rolloutDir, "manifest.json"),
    '"generatorVersion": 1',
    '"generatorVersion": 2',
  );
  await signManifest(rolloutDir);
  using cache = await RolloutCache.open(rolloutDir);
  await assert.rejects(ReplayedViews.open(cache), {
    message: /are of version 2 of the augmentation generator, expected 1; delete its files views-/,
  });
  await Deno.remove(other.root, { recursive: true });
});
