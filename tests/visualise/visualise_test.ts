import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import { readManifest, writeManifest } from "../../lib/cache/manifest.ts";
import { RolloutCache } from "../../lib/cache/rollout_cache.ts";
import { viewPhotos } from "../../lib/dataset/student_view.ts";
import { decodeImage } from "../../lib/image/decode.ts";
import { countParameters } from "../../lib/model/parameters.ts";
import { openStudent, saveStudent } from "../../lib/model/student_checkpoint.ts";
import { outDimOf } from "../../lib/model/vit_config.ts";
import { pearsonCorrelation } from "../../lib/metrics/metrics.ts";
import { visualise, type VisualiseOptions } from "../../lib/visualise/visualise.ts";
import { onCpu, paths, testWithBackend, workplace } from "./visualise_support.ts";

const mae = { strategy: "MAE", maskRatio: 0.5 } as const;
const downsize = { strategy: "DOWNSIZE", factor: 4 } as const;

/** What the student predicts of a photo, decoded here: scenes have the size that is wanted. */
async function predict(
  path: string,
  { checkpointPath, datasetPath, seed = 0 }: VisualiseOptions,
) {
  const { student, description } = await openStudent(checkpointPath);
  const { data: pixels } = await decodeImage(await Deno.readFile(join(datasetPath, path)));
  const photo = { data: pixels, maskKey: [seed, "visualise", path] };
  const { images, visible } = viewPhotos([photo], description);
  const map = student.predict(images, visible);
  const values = await map.data<"float32">();
  tf.dispose([images, visible ?? [], map]);
  student.dispose();
  return values;
}

const students = {
  "pixelated photos": { degradation: downsize, view: "16×16 pixels of 64×64" },
  "the small image": {
    degradation: downsize,
    studentArgs: { img_size: 16, patch_size: 4 },
    view: "16×16 pixels of 64×64",
  },
  "hidden patches": { degradation: mae, view: "2 of 4 patches" },
};
for (const [what, { view, ...options }] of Object.entries(students)) {
  testWithBackend(`visualise() compares the maps of a student that sees ${what}`, async () => {
    await using place = await workplace(options);
    const { png, summary } = await visualise(place.options);
    const { width, height } = await decodeImage(png);
    assert.ok(width > 4 * 256 && height > 6 * 256, `${width}×${height}`);
    assert.deepEqual(summary.photos.map(({ path }) => path), paths);
    assert.deepEqual(summary.skipped, []);
    using cache = await RolloutCache.open(place.options.rolloutDir);
    for (const { path, isCached, correlation } of summary.photos) {
      const [student, teacher] = [await predict(path, place.options), await cache.readMap(path)];
      assert.ok(Math.abs(correlation - pearsonCorrelation(student, teacher)) < 1e-4, path);
      assert.equal(isCached, true);
    }
    assert.equal(summary.student.view, view);
  });
}

testWithBackend("visualise() draws cached photos from the cache's pixels", async () => {
  await using place = await workplace();
  await using cached = await workplace({ cacheImages: true });
  await Deno.remove(cached.options.datasetPath, { recursive: true });
  const notes: string[] = [];
  const onPixels = (note: string) => void notes.push(note);
  const { summary } = await visualise({ ...cached.options, onPixels });
  const { summary: expected } = await visualise(place.options);
  assert.deepEqual(summary.photos, expected.photos);
  assert.deepEqual(notes, ["reading pixels from the cache"]);
}, onCpu);

testWithBackend("visualise() counts the parameters of both models", async () => {
  await using place = await workplace({ studentArgs: { img_size: 16, patch_size: 4 } });
  const { summary } = await visualise({ ...place.options, count: 1 });
  const { config } = place.description.model;
  const projection = (outDimOf(config) + 1) * 4; // weight and bias, to 2×2 patches
  assert.deepEqual(summary.student, {
    name: "vit_tiny_patch16_224",
    parameters: countParameters(config) + projection,
    view: "16×16 pixels of 64×64",
  });
  const teacher = { ...config, imageSize: [64, 64] as const, patchSize: 32 };
  assert.deepEqual(summary.teacher, {
    name: place.teacher.name,
    parameters: countParameters(teacher),
  });
}, onCpu);

testWithBackend("visualise() draws cached photos when the teacher is gone", async () => {
  await using place = await workplace();
  const { png } = await visualise(place.options);
  await Deno.remove(place.teacher.folder, { recursive: true });
  const without = await visualise(place.options);
  assert.equal(without.summary.teacher.parameters, null);
  assert.notDeepEqual(without.png, png); // the footer says so
}, onCpu);

testWithBackend("visualise() asks the teacher about photos without a map", async () => {
  await using place = await workplace();
  const elsewhere = join(place.root, "elsewhere.png");
  await Deno.copyFile(join(place.options.datasetPath, paths[1]), elsewhere);
  const photos = [join(place.options.datasetPath, paths[1]), elsewhere];
  const { summary } = await visualise({ ...place.options, photos });
  const [cached, fresh] = summary.photos;
  assert.deepEqual([cached.path, cached.isCached], [paths[1], true]);
  assert.deepEqual([fresh.path, fresh.isCached], [elsewhere, false]);
  assert.ok(Math.abs(cached.correlation - fresh.correlation) < 1e-6);
});

testWithBackend("visualise() does without a cache when photo and teacher are named", async () => {
  await using place = await workplace();
  const { summary } = await visualise({
    ...place.options,
    rolloutDir: join(place.root, "nothing"),
    photos: [place.options.datasetPath],
    teacher: { ...place.options.teacher, model: place.teacher.name },
    count: 2,
  });
  assert.deepEqual(summary.photos.map(({ isCached }) => isCached), [false, false]);
}, onCpu);

testWithBackend(
  "visualise() hides the same patches each time, others for another seed",
  async () => {
    await using place = await workplace({ degradation: mae });
    const { png } = await visualise(place.options);
    assert.deepEqual((await visualise(place.options)).png, png);
    assert.notDeepEqual((await visualise({ ...place.options, seed: 4 })).png, png);
  },
  onCpu,
);

testWithBackend("visualise() names and leaves out photos that cannot be read", async () => {
  await using place = await workplace();
  const { datasetPath } = place.options;
  await Deno.writeTextFile(join(datasetPath, paths[0]), "no photo");
  const photos = [paths[0], "missing.png", paths[2]].map((path) => join(datasetPath, path));
  const skipped: unknown[] = [];
  const progress: unknown[] = [];
  const { summary } = await visualise({
    ...place.options,
    photos,
    onSkip: (photo) => skipped.push(photo),
    onProgress: (state) => progress.push(state),
  });
  assert.deepEqual(summary.photos.map(({ path }) => path), [paths[2]]);
  assert.deepEqual(summary.skipped, skipped);
  assert.deepEqual(summary.skipped.map(({ path }) => path), [paths[0], "missing.png"]);
  assert.match(
    summary.skipped[0].reason,
    /^Cannot load photo: .*scene-00000\.png has changed since .* precompute --repair$/,
  );
  assert.match(summary.skipped[1].reason, /^Cannot read image: .*missing\.png/);
  assert.deepEqual(progress, [{ done: 0, total: 1 }, { done: 1, total: 1 }]);
}, onCpu);

testWithBackend("visualise() refuses photos of which none can be read", async () => {
  await using place = await workplace();
  const photos = ["x.png", "y.png"].map((path) => join(dirname(place.root), path));
  await assert.rejects(visualise({ ...place.options, photos }), {
    name: "Error",
    message: /^Cannot visualise: no photo can be read \(.*x\.png.*\); name others/,
  });
}, onCpu);

testWithBackend("visualise() stops when it is told to", async () => {
  await using place = await workplace();
  const stop = new AbortController();
  let last = -1;
  const onProgress = ({ done }: { done: number }) => {
    last = done;
    if (done === 2) stop.abort();
  };
  await assert.rejects(visualise({ ...place.options, signal: stop.signal, onProgress }), {
    name: "AbortError",
  });
  assert.equal(last, 2);
}, onCpu);

testWithBackend("visualise() passes a damaged cache on", async () => {
  await using place = await workplace();
  await Deno.writeTextFile(join(place.options.rolloutDir, "manifest.json"), "{");
  await assert.rejects(visualise(place.options), { name: "SyntaxError", message: /manifest/ });
}, onCpu);

/** Writes the student again with these options of its training. */
async function rewriteTraining(path: string, training: unknown): Promise<void> {
  const { student, description } = await openStudent(path);
  const metadata = { training: JSON.stringify(training) };
  await saveStudent(path, { student, description, metadata });
  student.dispose();
}

testWithBackend("visualise() asks the student's own teacher where there is no cache", async () => {
  await using place = await workplace();
  const { checkpointPath, rolloutDir, datasetPath } = place.options;
  const options = { ...place.options, photos: [datasetPath] };
  const { summary: expected } = await visualise(options);
  await rewriteTraining(checkpointPath, { cache: (await readManifest(rolloutDir))!.settings });
  const { summary } = await visualise({ ...options, rolloutDir: join(place.root, "nothing") });
  assert.deepEqual(summary.teacher, expected.teacher);
  for (const [index, { isCached, correlation }] of summary.photos.entries()) {
    assert.equal(isCached, false);
    assert.ok(Math.abs(correlation - expected.photos[index].correlation) < 1e-5);
  }
});

testWithBackend("visualise() refuses damaged options of the training", async () => {
  await using place = await workplace();
  await rewriteTraining(place.options.checkpointPath, { cache: { teacher: "deit" } });
  await assert.rejects(visualise(place.options), {
    name: "SyntaxError",
    message: /^Cannot read student: .*epoch1\.safetensors has damaged training options \(.*teacher/,
  });
}, onCpu);

testWithBackend("visualise() takes the settings, not the maps, of a cache half made", async () => {
  await using place = await workplace();
  const { rolloutDir, datasetPath } = place.options;
  const manifest = (await readManifest(rolloutDir))!;
  const nothing = { complete: false, mapCount: 0, skipped: [], shards: [] };
  await writeManifest(rolloutDir, { ...manifest, ...nothing });
  const { summary } = await visualise({ ...place.options, photos: [datasetPath], count: 2 });
  assert.equal(summary.teacher.name, place.teacher.name);
  assert.deepEqual(summary.photos.map(({ isCached }) => isCached), [false, false]);
  await assert.rejects(visualise(place.options), { message: /is not complete/ });
}, onCpu);

testWithBackend("visualise() mixes no maps under another spelling of the teacher", async () => {
  await using place = await workplace();
  const elsewhere = join(place.root, "elsewhere.png");
  await Deno.copyFile(join(place.options.datasetPath, paths[1]), elsewhere);
  const photos = [join(place.options.datasetPath, paths[1]), elsewhere];
  const model = `local-dir:${place.teacher.folder}/.`;
  const teacher = { ...place.options.teacher, model };
  const { summary } = await visualise({ ...place.options, photos, teacher });
  assert.equal(summary.teacher.name, model);
  assert.deepEqual(summary.photos.map(({ isCached }) => isCached), [false, false]);
}, onCpu);
