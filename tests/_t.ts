import { openBackend } from "../lib/backend/open_backend.ts";
import { precomputeDataset } from "../lib/precompute/precompute_dataset.ts";
import { trainStudent } from "../lib/train/train_student.ts";
import { writeManyPhotos } from "./long/soak_support.ts";
const folder = await Deno.makeTempDir();
await openBackend("wasm");
const [datasetPath, rolloutDir] = [folder + "/i", folder + "/r"];
await writeManyPhotos(datasetPath, 1000);
await precomputeDataset({
  source: { model: "local-dir:data/sample/teacher", weightsDir: folder },
  rollout: { mode: "paper", headFusion: "mean", discardRatio: 0.95 },
  datasetPath,
  rolloutDir,
  shardSize: 512,
  batchSize: 32,
  workers: 1,
  modelWorkers: 1,
});
let last = 0;
await trainStudent({
  source: { model: "local-dir:data/sample/student-base", weightsDir: folder },
  fromScratch: false,
  allowMaeDownsize: false,
  degradation: { strategy: "DOWNSIZE", factor: 4 },
  training: {
    linearLayerEpochs: 0,
    ftEpochs: 60,
    holdout: 0,
    batchSize: 32,
    lr: 1e-3,
    augment: true,
    seed: 0,
  },
  datasetPath,
  rolloutDir,
  runDir: folder + "/run",
  workers: 1,
  modelWorkers: 1,
  pixelCacheMb: 0,
  resume: false,
  overwrite: false,
  onProgress: ({ images }) => {
    if (images - last >= 2000) {
      last = images;
      const m = Deno.memoryUsage();
      console.log(
        images,
        Object.entries(m).map(([k, v]) => k + " " + (v / 2 ** 20).toFixed(0)).join(" "),
      );
    }
  },
});
await Deno.remove(folder, { recursive: true });
