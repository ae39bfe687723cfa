/**
 * Distils attention rollout: a big vision transformer's "where to look", cached once per photo, learnt by
 * a small one from a degraded view.
 *
 * Floors, lowest first: weights, images and backends; model, rollout and cache; data sets, teachers and
 * student views; the stages.
 *
 * @example Roll out a batch
 * ```ts
 * import { createTeacher, loadPretrained, openBackend } from "@distill-rollout/distill-rollout";
 *
 * await openBackend("auto");
 * const { model, description } = await loadPretrained({
 *   model: "local-dir:data/sample/teacher",
 *   weightsDir: "data/weights",
 * });
 * const teacher = createTeacher(model, {
 *   preprocessing: description.preprocessing,
 *   rollout: { mode: "paper", headFusion: "mean", discardRatio: 0.95 },
 * });
 * ```
 *
 * @module
 */
export * from "./lib/backend/open_backend.ts";
export * from "./lib/backend/tensors.ts";
export * from "./lib/backend/kernels/attention.ts";
export * from "./lib/backend/kernels/fuse_heads.ts";
export * from "./lib/cache/cache_part.ts";
export * from "./lib/cache/manifest.ts";
export * from "./lib/cache/rollout_cache.ts";
export * from "./lib/cache/verify_cache.ts";
export * from "./lib/config/degradation.ts";
export * from "./lib/dataset/augment.ts";
export * from "./lib/dataset/augmentation.ts";
export * from "./lib/dataset/degrade.ts";
export * from "./lib/dataset/image_folder.ts";
export * from "./lib/dataset/mask.ts";
export * from "./lib/dataset/scenes.ts";
export * from "./lib/dataset/split.ts";
export * from "./lib/dataset/student_view.ts";
export * from "./lib/evaluate/evaluate.ts";
export * from "./lib/evaluate/scored_photo.ts";
export * from "./lib/explore/explore.ts";
export * from "./lib/glimpses/coverage_curve.ts";
export * from "./lib/glimpses/next_glimpses.ts";
export * from "./lib/glimpses/patch_box.ts";
export * from "./lib/metrics/bootstrap.ts";
export * from "./lib/metrics/metrics.ts";
export * from "./lib/metrics/peak_distance.ts";
export * from "./lib/metrics/ranks.ts";
export * from "./lib/metrics/sign_flip.ts";
export * from "./lib/metrics/top_patches.ts";
export * from "./lib/image/decode.ts";
export * from "./lib/image/preprocess.ts";
export * from "./lib/image/rgb_image.ts";
export * from "./lib/model/architectures.ts";
export * from "./lib/model/forward_pass.ts";
export * from "./lib/model/located_model.ts";
export * from "./lib/model/model_source.ts";
export * from "./lib/model/student.ts";
export * from "./lib/model/student_checkpoint.ts";
export * from "./lib/model/vision_transformer.ts";
export * from "./lib/precompute/merge_cache.ts";
export * from "./lib/precompute/precompute_dataset.ts";
export * from "./lib/precompute/repair_dataset.ts";
export * from "./lib/report/report.ts";
export * from "./lib/rollout/normalise_maps.ts";
export * from "./lib/rollout/reference.ts";
export * from "./lib/rollout/rollout.ts";
export * from "./lib/rollout/settings.ts";
export * from "./lib/run/evaluation_file.ts";
export * from "./lib/teacher/cached_teacher.ts";
export * from "./lib/teacher/open_teacher.ts";
export * from "./lib/teacher/teacher.ts";
export * from "./lib/train/train_student.ts";
export * from "./lib/visualise/visualise.ts";
export * from "./lib/weights/safetensors.ts";
