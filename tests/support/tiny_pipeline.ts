/**
 * A data set, a teacher and a cache so small that whole trainings fit into a test.
 *
 * @module
 */
import { join } from "node:path";
import { writeScenes } from "../../lib/dataset/scene_folder.ts";
import { describeSceneClassifier } from "../../lib/train/train_scene_classifier.ts";
import { initialModel } from "../../lib/model/model_source.ts";
import { saveModel } from "../../lib/model/save_model.ts";
import { precomputeDataset } from "../../lib/precompute/precompute_dataset.ts";
import { Random } from "../../lib/random/random.ts";
import type { CompleteTrainStudentOptions } from "../../lib/train/train_student_options.ts";

/** `model_args` of a model that takes milliseconds: one block of width 16 on 2×2 patches. */
export const tinyArgs = { patch_size: 32, embed_dim: 16, depth: 1, num_heads: 2 };

/** The folders of a tiny pipeline, and its standard training. */
export interface TinyPipeline {
  readonly root: string;
  /** Trains the standard student unless told otherwise. */
  readonly options: CompleteTrainStudentOptions;
}

/** Makes scenes, a random teacher and its cache under a temporary folder, which the caller removes. */
export async function makeTinyPipeline(
  { photos = 10, cacheImages = false, viewsPerPhoto = 0 } = {},
): Promise<TinyPipeline> {
  const root = await Deno.makeTempDir({ prefix: "tiny-pipeline-" });
  const [images, teacher, rollouts] = ["images", "teacher", "rollouts"].map((n) => join(root, n));
  await writeScenes(images, { count: photos, seed: 1 });
  const description = describeSceneClassifier("hue", tinyArgs);
  const model = initialModel(description.config, Random.from("tiny teacher"));
  await saveModel(teacher, { model, description });
  model.dispose();
  const source = { model: `local-dir:${teacher}`, weightsDir: join(root, "weights") };
  await precomputeDataset({
    source,
    rollout: { mode: "paper", headFusion: "mean", discardRatio: 0 },
    datasetPath: images,
    rolloutDir: rollouts,
    shardSize: 4,
    batchSize: 4,
    workers: 1,
    cacheImages,
    views: viewsPerPhoto > 0 ? { perPhoto: viewsPerPhoto, seed: 2 } : undefined,
  });
  const options: CompleteTrainStudentOptions = {
    source,
    fromScratch: false,
    degradation: { strategy: "DOWNSIZE", factor: 4 },
    allowMaeDownsize: false,
    training: {
      linearLayerEpochs: 1,
      ftEpochs: 2,
      batchSize: 4,
      lr: 1e-2,
      augment: true,
      holdout: 0,
      seed: 5,
    },
    datasetPath: images,
    rolloutDir: rollouts,
    runDir: join(root, "run"),
    workers: 1,
    pixelCacheMb: 10,
    resume: false,
    overwrite: false,
  };
  return { root, options };
}

/** The files of the pipeline's teacher, as a repository on a hub has them. */
export async function repositoryOf(root: string): Promise<Record<string, Uint8Array>> {
  const names = ["config.json", "model.safetensors"];
  const files = names.map(async (name) =>
    [name, await Deno.readFile(join(root, "teacher", name))] as const
  );
  return Object.fromEntries(await Promise.all(files));
}
