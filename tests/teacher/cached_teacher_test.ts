import assert from "node:assert/strict";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import { openBackend } from "../../lib/backend/open_backend.ts";
import { RolloutCache } from "../../lib/cache/rollout_cache.ts";
import { PhotoSource } from "../../lib/dataset/photo_source.ts";
import { openCachedTeacher } from "../../lib/teacher/cached_teacher.ts";
import { assertClose } from "../support/numeric.ts";
import { testWithFiles } from "../support/permissions.ts";
import { makeTinyPipeline } from "../support/tiny_pipeline.ts";

testWithFiles("openCachedTeacher() maps as the cache says", async () => {
  await openBackend("cpu");
  const { root, options: { rolloutDir, datasetPath, source } } = await makeTinyPipeline();
  const before = tf.memory().numTensors;
  {
    using cache = await RolloutCache.open(rolloutDir);
    const { settings } = cache.manifest;
    using teacher = await openCachedTeacher(settings, { weightsDir: source.weightsDir });
    const { preprocessing } = teacher;
    using photos = await PhotoSource.open({ cache, datasetPath, preprocessing, workers: 1 });
    const path = cache.paths[3];
    const map = await teacher.maps([await photos.load(path)]);
    assertClose(map, await cache.readMap(path), { tolerance: 1e-5 });
  }
  assert.equal(tf.memory().numTensors, before);
  await Deno.remove(root, { recursive: true });
});

testWithFiles("openCachedTeacher() refuses weights that are not the cache's", async () => {
  await openBackend("cpu");
  const { root, options: { rolloutDir, source } } = await makeTinyPipeline();
  const { settings } = (await RolloutCache.open(rolloutDir)).manifest;
  const { weightsDir } = source;
  const other = { ...settings, teacher: { ...settings.teacher, weightsSha256: "a".repeat(64) } };
  await assert.rejects(openCachedTeacher(other, { weightsDir }), {
    message: new RegExp(
      `^Cannot open the cache's teacher: the weights of .* have the SHA-256 [0-9a-f]{64}, expected ` +
        `a{64}; put those back, or make the cache again with precompute --overwrite$`,
    ),
  });
  await Deno.remove(join(root, "teacher", "model.safetensors"));
  await assert.rejects(openCachedTeacher(settings, { weightsDir }), {
    message: /^Cannot load model: .*model\.safetensors is missing/,
  });
  await Deno.remove(root, { recursive: true });
});
