import assert from "node:assert/strict";
import { RolloutCache } from "../../lib/cache/rollout_cache.ts";
import { evaluationMaskKey } from "../../lib/dataset/mask_key.ts";
import { PhotoSource } from "../../lib/dataset/photo_source.ts";
import { lookAt } from "../../lib/dataset/student_look.ts";
import { evaluate } from "../../lib/evaluate/evaluate.ts";
import { pearsonCorrelation } from "../../lib/metrics/metrics.ts";
import { openStudent } from "../../lib/model/student_checkpoint.ts";
import { onCpu, testWithBackend, workplace } from "../visualise/visualise_support.ts";

testWithBackend("the gallery's student sees the very patches that it was scored on", async () => {
  await using place = await workplace({ degradation: { strategy: "MAE", maskRatio: 0.5 } });
  const { options } = place;
  const { seed, rolloutDir, checkpointPath } = options;
  const { perImage } = await evaluate({
    ...options,
    teacher: undefined,
    batchSize: 2,
    holdout: 0.6,
  });
  const checkpoint = await openStudent(checkpointPath);
  using cache = await RolloutCache.open(rolloutDir);
  const preprocessing = checkpoint.description.view;
  using source = await PhotoSource.open({ ...options, cache, preprocessing });
  /** How far the correlations are from those scored, at most; maps of 2×2 are nearly flat, and so inexact. */
  const deviation = async (seed: number) => {
    const deviations = perImage.map(async ({ path, scores }) => {
      const { data: pixels } = await source.load(path);
      const { map } = await lookAt(
        { data: pixels, maskKey: evaluationMaskKey(seed, path) },
        checkpoint,
      );
      return Math.abs(pearsonCorrelation(map, await cache.readMap(path)) - scores.student.cc);
    });
    return Math.max(...await Promise.all(deviations));
  };
  const [same, other] = [await deviation(seed), await deviation(seed + 1)];
  assert.ok(same < 1e-3 && other > 5 * same, `${same} and ${other}`);
  checkpoint.student.dispose();
}, onCpu);
