/**
 * Distils attention rollout: a big vision transformer's "where to look", cached once per photo, learnt by
 * a small one from a degraded view.
 *
 * Everything computes on a backend of TensorFlow.js, which {@linkcode openBackend} starts once per thread;
 * that backend is the only state that is shared; tensors are those of `@tensorflow/tfjs` 4.22.0. Whatever is
 * opened is the caller's to dispose, most of it with `using`. Maps are `Float32Array`s, row by row of a grid
 * of patches; photos are `RgbImage`s, prepared for the model that is to see them: {@linkcode readPhoto} does
 * that to files, {@linkcode decodeImage} and {@linkcode preprocessImage} to bytes. The examples run from the
 * folder of the project, on the sample in `data/sample`; in their place take a timm name such as
 * `deit3_large_patch16_224.fb_in1k`, which is downloaded from the Hugging Face hub. Pages import
 * `@distill-rollout/distill-rollout/browser` instead, which is the part that needs neither files nor Deno.
 *
 * @example Load a model
 * ```ts
 * import assert from "node:assert/strict";
 * import { loadPretrained, openBackend, pixelTensor, readPhoto } from "@distill-rollout/distill-rollout";
 *
 * await openBackend(); // WebGPU where a GPU answers, else WebAssembly
 * const { model, description } = await loadPretrained({ model: "local-dir:data/sample/teacher" });
 * const { preprocessing } = description;
 * const { image } = await readPhoto("data/sample/images/scene-00000.png", { preprocessing });
 * const input = pixelTensor([image.data], preprocessing);
 * const { logits, tokens, attentions } = model.forward(input, { attentions: "mean" });
 * assert.deepEqual(tokens.shape, [1, 65, 64]); // the class token and 8 × 8 patches
 * for (const tensor of [input, logits, tokens, ...attentions]) tensor.dispose();
 * model.dispose();
 * ```
 *
 * @example Roll out a batch of photos
 * ```ts
 * import assert from "node:assert/strict";
 * import { divideByMaximum, openBackend, openTeacher, readPhoto } from "@distill-rollout/distill-rollout";
 *
 * await openBackend();
 * using teacher = await openTeacher({ model: "local-dir:data/sample/teacher" });
 * const photos = [];
 * for (const name of ["scene-00000.png", "scene-00001.png"]) {
 *   const { image } = await readPhoto(`data/sample/images/${name}`, teacher);
 *   photos.push(image);
 * }
 * const maps = await teacher.maps(photos); // raw, one after the other
 * const [gridHeight, gridWidth] = teacher.grid;
 * const second = divideByMaximum(maps.subarray(gridHeight * gridWidth));
 * assert.equal(Math.max(...second), 1);
 * ```
 *
 * @example Cache the maps of a folder, and read them
 * ```ts
 * import assert from "node:assert/strict";
 * import { openBackend, precomputeDataset, RolloutCache } from "@distill-rollout/distill-rollout";
 *
 * await openBackend();
 * const rolloutDir = await Deno.makeTempDir();
 * await precomputeDataset({
 *   source: { model: "local-dir:data/sample/teacher" },
 *   datasetPath: "data/sample/images",
 *   rolloutDir,
 *   onProgress: ({ done, total }) => assert(done <= total),
 * });
 * using cache = await RolloutCache.open(rolloutDir);
 * const map = await cache.readMap(cache.paths[0]); // raw: see divideByMaximum()
 * assert.deepEqual([cache.paths.length, map.length], [120, 64]);
 * await Deno.remove(rolloutDir, { recursive: true });
 * ```
 *
 * @example Degrade a photo
 * ```ts
 * import assert from "node:assert/strict";
 * import { openBackend, openStudent, paintView, pixelate, readPhoto } from "@distill-rollout/distill-rollout";
 * import * as tf from "@tensorflow/tfjs";
 *
 * await openBackend();
 * // as a student sees it, for showing
 * using checkpoint = await openStudent("data/sample/students/masked.safetensors");
 * const { description } = checkpoint;
 * const { image } = await readPhoto("data/sample/images/scene-00000.png", {
 *   preprocessing: description.view,
 * });
 * const hidden = await paintView({ ...image, maskKey: ["this draw of patches"] }, description);
 * assert.deepEqual([hidden.width, hidden.height], [64, 64]);
 * // any images, [batch, height, width, 3]
 * const images = tf.ones<tf.Rank.R4>([1, 64, 64, 3]);
 * const pixelated = pixelate(images, 5);
 * tf.dispose([images, pixelated]);
 * ```
 *
 * @example Train a student
 * ```ts
 * import assert from "node:assert/strict";
 * import { openBackend, trainStudent } from "@distill-rollout/distill-rollout";
 *
 * await openBackend();
 * const runDir = await Deno.makeTempDir();
 * const stop = new AbortController(); // stop.abort() saves and ends; `resume: true` goes on
 * const { checkpoint, loss } = await trainStudent({
 *   source: { model: "local-dir:data/sample/student-base" },
 *   degradation: { strategy: "DOWNSIZE", factor: 5 },
 *   datasetPath: "data/sample/images",
 *   rolloutDir: "data/sample/rollouts",
 *   runDir,
 *   training: { linearLayerEpochs: 1, ftEpochs: 0, lr: 0.01 },
 *   signal: stop.signal,
 *   onStart: ({ view }) => assert.equal(view, "12×12 pixels of 64×64"),
 *   onProgress: ({ step, loss }) => assert(step > 0 && loss < 1),
 *   onCheckpoint: (path) => assert(path.endsWith(".safetensors")),
 * });
 * assert(checkpoint && loss); // openStudent(checkpoint) reads it
 * await Deno.remove(runDir, { recursive: true });
 * ```
 *
 * @example Predict a map, and draw it
 * ```ts
 * import assert from "node:assert/strict";
 * import {
 *   divideByMaximum,
 *   encodePng,
 *   openBackend,
 *   openStudent,
 *   overlayMap,
 *   predictMaps,
 *   readPhoto,
 * } from "@distill-rollout/distill-rollout";
 *
 * await openBackend();
 * using checkpoint = await openStudent("data/sample/students/pixelating.safetensors");
 * const { grid: [gridHeight, gridWidth], view: preprocessing } = checkpoint.description;
 * const { image } = await readPhoto("data/sample/images/scene-00000.png", { preprocessing });
 * const [map] = await predictMaps([image], checkpoint); // any number of photos
 * assert.equal(map.length, gridHeight * gridWidth); // row by row, in [0, 1]
 * const picture = overlayMap(image, divideByMaximum(map), { gridHeight, gridWidth });
 * const png = await encodePng(picture); // for Deno.writeFile()
 * assert.equal(picture.width, 64);
 * assert(png.length > 0);
 * ```
 *
 * @example Say where to look next
 * ```ts
 * import assert from "node:assert/strict";
 * import { lookAt, nextGlimpses, openBackend, openStudent, readPhoto } from "@distill-rollout/distill-rollout";
 *
 * await openBackend();
 * using checkpoint = await openStudent("data/sample/students/pixelating.safetensors");
 * const { grid, view } = checkpoint.description;
 * const { image } = await readPhoto("data/sample/images/scene-00000.png", { preprocessing: view });
 * const { map, seen } = await lookAt(image, checkpoint); // its map, and what it was shown
 * const [first] = nextGlimpses(map, { grid, imageSize: view.imageSize, count: 3, size: 2 });
 * assert.deepEqual(first.box, [16, 16, 32, 32]); // y0, x0, y1, x1 in the photo's pixels
 * assert(first.mass > 0.3); // of its attention
 * assert.equal(seen.width, 64);
 * ```
 *
 * @example Score a student
 * ```ts
 * import assert from "node:assert/strict";
 * import { evaluate, openBackend } from "@distill-rollout/distill-rollout";
 *
 * await openBackend();
 * const { summary } = await evaluate({
 *   checkpointPath: "data/sample/students/pixelating.safetensors",
 *   datasetPath: "data/sample/images",
 *   rolloutDir: "data/sample/rollouts",
 *   holdout: 0.25,
 * });
 * assert(summary.measures.some(({ name }) => name === "cc"));
 * ```
 *
 * @example Export a student
 * ```ts
 * import assert from "node:assert/strict";
 * import { exportStudent, openBackend } from "@distill-rollout/distill-rollout";
 *
 * await openBackend();
 * const folder = await Deno.makeTempDir();
 * await exportStudent({
 *   checkpointPath: "data/sample/students/pixelating.safetensors",
 *   formats: ["onnx"],
 *   folder,
 *   pixelType: "uint8",
 * });
 * const files = await Array.fromAsync(Deno.readDir(folder), ({ name }) => name);
 * assert(files.includes("student.onnx"));
 * await Deno.remove(folder, { recursive: true });
 * ```
 *
 * @module
 */

// The backend, on which everything computes.
export {
  type BackendChoice,
  type BackendOptions,
  describeBackend,
  openBackend,
  type OpenedBackend,
} from "./lib/backend/open_backend.ts";
export type * from "./lib/backend/tensors.ts";

// Photos.
export { decodeImage, type DecodeOptions } from "./lib/image/decode.ts";
export { overlayMap, type OverlayOptions } from "./lib/image/overlay.ts";
export { encodePng } from "./lib/image/png.ts";
export { preprocessImage, type Preprocessing } from "./lib/image/preprocess.ts";
export type { Interpolation } from "./lib/image/resampling_weights.ts";
export { type DecodedPhoto, readPhoto, type ReadPhotoOptions } from "./lib/image/read_photo.ts";
export type { RgbImage } from "./lib/image/rgb_image.ts";
export { listImages, type ListImagesOptions } from "./lib/dataset/image_folder.ts";
export { type ImageSplit, isHeldOut, splitImages } from "./lib/dataset/split.ts";
export * from "./lib/dataset/scenes.ts";

// Models and their weights.
export type { WeightLimits } from "./lib/files/limits.ts";
export { architectures } from "./lib/model/architectures.ts";
export type { ForwardOptions, VitOutputs } from "./lib/model/forward_pass.ts";
export { loadLocated, type LocatedModel } from "./lib/model/located_model.ts";
export type { ModelArgs } from "./lib/model/model_args.ts";
export type { ModelDescription } from "./lib/model/model_config_file.ts";
export {
  buildFromScratch,
  describeModel,
  type LoadedModel,
  loadPretrained,
  locateModel,
  type ModelSource,
} from "./lib/model/model_source.ts";
export { type Normalisation, pixelTensor } from "./lib/model/pixel_tensor.ts";
export { saveModel } from "./lib/model/save_model.ts";
export { VisionTransformer } from "./lib/model/vision_transformer.ts";
export type { VitConfig } from "./lib/model/vit_config.ts";
export { Random, type TruncatedNormalOptions } from "./lib/random/random.ts";
export type { HubProgress } from "./lib/weights/hub_progress.ts";
export * from "./lib/weights/safetensors.ts";

// Attention rollout.
export type { AttentionRequest } from "./lib/backend/kernels/attention.ts";
export { fuseHeads, type HeadFusion } from "./lib/backend/kernels/fuse_heads.ts";
export { divideByMaximum } from "./lib/rollout/divide_by_maximum.ts";
export { normaliseMaps } from "./lib/rollout/normalise_maps.ts";
export {
  type LayerAttention,
  referenceRollout,
  type ReferenceSettings,
} from "./lib/rollout/reference.ts";
export { rollout } from "./lib/rollout/rollout.ts";
export type { RolloutMode, RolloutSettings } from "./lib/rollout/settings.ts";
export {
  type OpenTeacher,
  openTeacher,
  type OpenTeacherOptions,
} from "./lib/teacher/open_teacher.ts";
export {
  createTeacher,
  defaultRollout,
  type Teacher,
  type TeacherRollout,
} from "./lib/teacher/teacher.ts";

// The cache of a teacher's maps.
export type { AbsentShard, WantedKinds } from "./lib/cache/absent_shards.ts";
export type { CachePart } from "./lib/cache/cache_part.ts";
export type { CacheFault, CheckControls } from "./lib/cache/find_faults.ts";
export type { IndexEntry } from "./lib/cache/index_file.ts";
export {
  type CacheContents,
  type CachedViews,
  type CacheManifest,
  readManifest,
  type ShardEntry,
} from "./lib/cache/manifest.ts";
export type { SkippedPhoto } from "./lib/cache/photos.ts";
export { RolloutCache } from "./lib/cache/rollout_cache.ts";
export type { CachedDataset, CacheIdentity, CacheSettings } from "./lib/cache/settings.ts";
export * from "./lib/cache/verify_cache.ts";
export type { ViewSettings } from "./lib/cache/view_settings.ts";
export { mergeCache, type MergeOptions } from "./lib/precompute/merge_cache.ts";
export {
  type CompletePrecomputeOptions,
  type PartOutcome,
  precomputeDataset,
  type PrecomputeDatasetOptions,
  precomputeDatasetPart,
} from "./lib/precompute/precompute_dataset.ts";
export type { NamedTeacherOptions } from "./lib/precompute/named_teacher.ts";
export type { PrecomputeOptions, PrecomputeProgress } from "./lib/precompute/precompute.ts";
export type { ViewChoice } from "./lib/precompute/precompute_views.ts";
export { repairDataset, type RepairDatasetOptions } from "./lib/precompute/repair_dataset.ts";
export { type CachedTeacherOptions, openCachedTeacher } from "./lib/teacher/cached_teacher.ts";

// What a student sees.
export type * from "./lib/config/degradation.ts";
export {
  type AugmentedImage,
  augmentImage,
  augmentJointly,
  type MappedImage,
} from "./lib/dataset/augment.ts";
export * from "./lib/dataset/augmentation.ts";
export type { ColourChange, ColourJitter } from "./lib/dataset/colour_jitter.ts";
export * from "./lib/dataset/degrade.ts";
export type { PictureSize, Point, Quad } from "./lib/dataset/homography.ts";
export * from "./lib/dataset/mask.ts";
export * from "./lib/dataset/student_view.ts";

// Students.
export { predictMaps } from "./lib/dataset/predict_maps.ts";
export { lookAt, type StudentLook } from "./lib/dataset/student_look.ts";
export { type Projection, Student } from "./lib/model/student.ts";
export type { ForeignStudent } from "./lib/model/foreign_student.ts";
export {
  createStudent,
  openStudent,
  type OpenStudentOptions,
  parseStudent,
  saveStudent,
  type StudentCheckpoint,
  type StudentDescription,
} from "./lib/model/student_checkpoint.ts";
export type { Phase } from "./lib/run/run_folder.ts";
export type { StepMetrics } from "./lib/run/step_metrics.ts";
export type { TrainingControls, TrainProgress, TrainResult } from "./lib/train/training_job.ts";
export type { TrainingOptions } from "./lib/train/training_options.ts";
export {
  type TrainingStart,
  trainStudent,
  type TrainStudentOptions,
} from "./lib/train/train_student.ts";

// Where to look next.
export {
  type Exploration,
  explore,
  type ExploreOptions,
  type PhotoGlimpses,
} from "./lib/explore/explore.ts";
export * from "./lib/glimpses/coverage_curve.ts";
export * from "./lib/glimpses/next_glimpses.ts";
export * from "./lib/glimpses/patch_box.ts";

// How good a student is.
export * from "./lib/evaluate/evaluate.ts";
export type { ScoringOptions } from "./lib/evaluate/score_photos.ts";
export * from "./lib/evaluate/scored_photo.ts";
export {
  bootstrapInterval,
  bootstrapIntervals,
  type BootstrapOptions,
  type IntegerSource,
  type MeanInterval,
} from "./lib/metrics/bootstrap.ts";
export * from "./lib/metrics/metrics.ts";
export * from "./lib/metrics/peak_distance.ts";
export { spearmanCorrelation } from "./lib/metrics/ranks.ts";
export * from "./lib/metrics/sign_flip.ts";
export * from "./lib/metrics/top_patches.ts";
export * from "./lib/report/report.ts";
export {
  type CurvePoint,
  type Curves,
  type Difference,
  type EvaluationFile,
  type ImageScoresLine,
  type Interval,
  type Measure,
  type PredictorEntry,
  readEvaluation,
  readImageScores,
} from "./lib/run/evaluation_file.ts";
export * from "./lib/visualise/visualise.ts";

// For other programs.
export type { StudentFormat } from "./lib/config/export_options.ts";
export { exportMaps, type ExportMapsOptions } from "./lib/export/export_maps.ts";
export { exportStudent, type ExportStudentOptions } from "./lib/export/export_student.ts";
export type { OnnxInputOptions } from "./lib/export/onnx/student_signature.ts";
