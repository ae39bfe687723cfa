import assert from "node:assert/strict";
import { join } from "node:path";
import { openBackend } from "../../lib/backend/open_backend.ts";
import { readManifest } from "../../lib/cache/manifest.ts";
import { locateCachedTeacher } from "../../lib/teacher/cached_teacher.ts";
import { precomputeDataset } from "../../lib/precompute/precompute_dataset.ts";
import { testBesideHub } from "../model/model_hub.ts";
import { makeTinyPipeline, repositoryOf } from "../support/tiny_pipeline.ts";
import { commitOf } from "../weights/hub/hub_server.ts";

testBesideHub(
  "locateCachedTeacher() finds the cache's teacher after its branch has moved",
  {},
  async ({ hub }) => {
    await openBackend("cpu");
    const { root, options: { datasetPath } } = await makeTinyPipeline({ photos: 2 });
    const files = await repositoryOf(root);
    hub.behaviour.repositories = { "someone/tiny": files };
    const rolloutDir = join(root, "hub");
    const job = {
      source: { model: "hf-hub:someone/tiny" },
      rollout: { mode: "paper", headFusion: "mean", discardRatio: 0 } as const,
      ...{ datasetPath, rolloutDir, shardSize: 4, batchSize: 4, workers: 1 },
    };
    await precomputeDataset(job);
    const { settings } = (await readManifest(rolloutDir))!;
    assert.equal(settings.teacher.commit, commitOf(files));

    // only the description has changed: the maps would be the same, and the cache is as good as before
    const described = { ...files, "README.md": "A model." };
    hub.behaviour.repositories = { "someone/tiny": described };
    await precomputeDataset(job);

    const weights = files["model.safetensors"] as Uint8Array;
    const other = { ...files, "model.safetensors": weights.with(-1, weights.at(-1)! ^ 1) };
    hub.behaviour.repositories = { "someone/tiny": other };
    await assert.rejects(precomputeDataset(job), {
      message: new RegExp(
        `weights: [0-9a-f]{64} \\(commit ${commitOf(files)}\\) in the cache, [0-9a-f]{64} ` +
          `\\(commit ${commitOf(other)}\\) asked`,
      ),
    });
    const before = hub.arrivals.length;
    const located = await locateCachedTeacher(settings, {});
    assert.equal(located.commit, commitOf(files));
    assert.equal(hub.arrivals.length, before);
    await Deno.remove(root, { recursive: true });
  },
);
