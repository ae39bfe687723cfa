/**
 * Long runs stay flat: memory, tensors, open files and speed.
 */
import { join } from "node:path";
import { openBackend } from "../../lib/backend/open_backend.ts";
import { sampleBaseFolder, sampleTeacherFolder } from "../../lib/config/sample.ts";
import { precomputeDataset } from "../../lib/precompute/precompute_dataset.ts";
import { trainStudent } from "../../lib/train/train_student.ts";
import { testInFolder } from "../support/temporary_folder.ts";
import { Soak, writeManyPhotos } from "./soak_support.ts";

const photos = 20_000;
/** Share of them that the training leaves out, to stay within minutes. */
const holdout = 0.8;

testInFolder("precompute over 20,000 photos, and a training on them, stay flat", async (folder) => {
  await openBackend("wasm");
  const datasetPath = join(folder, "images");
  const rolloutDir = join(folder, "rollouts");
  await writeManyPhotos(datasetPath, photos);
  const mapping = new Soak("precompute", photos);
  await precomputeDataset({
    source: { model: `local-dir:${sampleTeacherFolder}`, weightsDir: join(folder, "weights") },
    rollout: { mode: "paper", headFusion: "mean", discardRatio: 0.95 },
    ...{ datasetPath, rolloutDir, shardSize: 512, batchSize: 32, workers: 1, modelWorkers: 1 },
    onProgress: ({ done }) => mapping.sample(done),
  });
  mapping.assertFlat();

  const [linearLayerEpochs, ftEpochs] = [1, 3]; // the second and the last quarter do the same work
  const seen = (linearLayerEpochs + ftEpochs) * photos * (1 - holdout);
  const training = new Soak("train", Math.floor(seen));
  await trainStudent({
    source: { model: `local-dir:${sampleBaseFolder}`, weightsDir: join(folder, "weights") },
    fromScratch: false,
    allowMaeDownsize: false,
    degradation: { strategy: "DOWNSIZE", factor: 4 },
    training: {
      ...{ linearLayerEpochs, ftEpochs, holdout },
      ...{ batchSize: 32, lr: 1e-3, augment: true, seed: 0 },
    },
    ...{ datasetPath, rolloutDir, runDir: join(folder, "run") },
    ...{ workers: 1, modelWorkers: 1, pixelCacheMb: 0, resume: false, overwrite: false },
    saveEvery: 0.05,
    onProgress: ({ images }) => training.sample(images),
  });
  training.assertFlat();
});
