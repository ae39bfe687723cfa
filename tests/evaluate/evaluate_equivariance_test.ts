import assert from "node:assert/strict";
import { join } from "node:path";
import { evaluate } from "../../lib/evaluate/evaluate.ts";
import { evaluateEquivariance } from "../../lib/evaluate/evaluate_equivariance.ts";
import { trainStudent } from "../../lib/train/train_student.ts";
import { testOnEveryBackend } from "../support/backends.ts";
import { assertClose } from "../support/numeric.ts";
import { filesObstacle, testWithFiles } from "../support/permissions.ts";
import { makeTinyPipeline } from "../support/tiny_pipeline.ts";

if (filesObstacle) {
  testWithFiles("evaluateEquivariance()", () => {});
} else {
  testOnEveryBackend("evaluateEquivariance() flips as the mirrored ceiling does", async () => {
    const { root, options } = await makeTinyPipeline();
    const { datasetPath, rolloutDir, source: teacher } = options;
    const shared = { datasetPath, rolloutDir, holdout: 0.5, batchSize: 2, seed: 0, teacher };
    const found = await evaluateEquivariance(shared);
    const training = { ...options.training, ftEpochs: 0, holdout: 0.5 };
    const { checkpoint } = await trainStudent({ ...options, training });
    const { summary } = await evaluate({ ...shared, checkpointPath: checkpoint! });
    // a random teacher's maps are nearly flat: their correlation is sensitive to the last bits
    const { mirrored } = summary.scores;
    assertClose([found.horizontalFlip.mean], [mirrored.cc.mean], { tolerance: 1e-3 });
    for (const [kind, { mean, low, high }] of Object.entries(found)) {
      assert(-1 <= low && low <= mean && mean <= high && high <= 1, `${kind}: ${low} ${high}`);
    }
    await assert.rejects(evaluateEquivariance({ ...shared, holdout: 0 }), {
      message: /a share of 0 holds out none, expected at least one; use a greater --holdout$/,
    });
    await Deno.remove(join(root, "teacher", "model.safetensors"));
    await assert.rejects(evaluateEquivariance(shared), {
      message: /model\.safetensors is missing/,
    });
    await Deno.remove(root, { recursive: true });
  }, { only: ["cpu"] });
}
