/**
 * Evaluations that load the teacher.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { RolloutCache } from "../../lib/cache/rollout_cache.ts";
import { evaluate } from "../../lib/evaluate/evaluate.ts";
import type { ScoredPhoto } from "../../lib/evaluate/scored_photo.ts";
import { openCachedTeacher } from "../../lib/teacher/cached_teacher.ts";
import { trainStudent } from "../../lib/train/train_student.ts";
import { divideByMaximum } from "../../lib/rollout/divide_by_maximum.ts";
import { testOnEveryBackend } from "../support/backends.ts";
import { assertClose } from "../support/numeric.ts";
import { filesObstacle, testWithFiles } from "../support/permissions.ts";
import { makeTinyPipeline } from "../support/tiny_pipeline.ts";

if (filesObstacle) {
  testWithFiles("evaluate() with the teacher", () => {});
} else {
  testOnEveryBackend("evaluate() lets the teacher predict, too, where it may", async () => {
    const { root, options } = await makeTinyPipeline();
    const training = { ...options.training, ftEpochs: 0, holdout: 0.5 };
    const { checkpoint } = await trainStudent({
      ...options,
      training,
      degradation: { strategy: "DOWNSIZE", factor: 1 },
    });
    const { datasetPath, rolloutDir } = options;
    const { weightsDir } = options.source;
    const seen: ScoredPhoto[] = [];
    const { summary } = await evaluate({
      ...{ checkpointPath: checkpoint!, datasetPath, rolloutDir, holdout: 0.5 },
      ...{ batchSize: 2, workers: 1, seed: 0, teacher: { weightsDir } },
      onPhoto: (photo) => void seen.push(photo),
    });
    assert.deepEqual(summary.predictors.slice(-2), [
      { name: "degradedTeacher", title: "teacher, same view", kind: "baseline" },
      { name: "mirrored", title: "teacher, mirrored", kind: "ceiling" },
    ]);
    // a view from which nothing was taken is the photo, and its map the cached one
    const { degradedTeacher, mirrored } = summary.scores;
    assertClose([degradedTeacher.cc.mean], [1], { tolerance: 1e-4 });
    assert(mirrored.cc.mean < 0.9999, `${mirrored.cc.mean}`);
    using cache = await RolloutCache.open(rolloutDir);
    using teacher = await openCachedTeacher(cache.manifest.settings, { weightsDir, workers: 1 });
    const { pixels, maps } = seen[0];
    const map = divideByMaximum(await teacher.maps([pixels]));
    assertClose(maps.degradedTeacher, map, { tolerance: 1e-4 });
    await Deno.remove(root, { recursive: true });
  }, { only: ["cpu"] });

  testOnEveryBackend("evaluate() says what is wrong with the teacher", async () => {
    const { root, options } = await makeTinyPipeline();
    const training = { ...options.training, linearLayerEpochs: 1, ftEpochs: 0, holdout: 0.5 };
    const { checkpoint } = await trainStudent({ ...options, training });
    const { datasetPath, rolloutDir } = options;
    await Deno.remove(join(root, "teacher", "model.safetensors"));
    const asked = { checkpointPath: checkpoint!, datasetPath, rolloutDir, holdout: 0.5, seed: 0 };
    const work = evaluate({ ...asked, batchSize: 2, teacher: options.source });
    await assert.rejects(work, { message: /^Cannot load model: .*model\.safetensors is missing/ });
    await Deno.remove(root, { recursive: true });
  }, { only: ["cpu"] });
}
