/**
 * What a page needs to let a student look at photos: nothing here touches files, Deno or Node.
 *
 * A page serves three things beside its script: the student's file; the `.wasm` files of
 * `@tensorflow/tfjs-backend-wasm`, whose folder its `setWasmPaths()` is told before {@linkcode openBackend}; and
 * for {@linkcode decodeImage} those of `imagescript`, to which an import map leads
 * (`"imagescript/wasm/any/": "./wasm/"`). `deno task web` is such a page.
 *
 * @example From bytes to the next glimpse
 * ```ts
 * import assert from "node:assert/strict";
 * import {
 *   decodeImage,
 *   lookAt,
 *   nextGlimpses,
 *   openBackend,
 *   parseStudent,
 *   preprocessImage,
 * } from "@distill-rollout/distill-rollout/browser";
 *
 * async function fetchBytes(address: string): Promise<Uint8Array> {
 *   const response = await fetch(new URL(address, import.meta.url));
 *   return new Uint8Array(await response.arrayBuffer());
 * }
 *
 * await openBackend();
 * const sample = "../../data/sample"; // wherever the page has them
 * using checkpoint = await parseStudent(await fetchBytes(`${sample}/students/pixelating.safetensors`));
 * const { grid, view } = checkpoint.description;
 * const photo = await decodeImage(await fetchBytes(`${sample}/images/scene-00000.png`));
 * const { map } = await lookAt(preprocessImage(photo, view), checkpoint);
 * const [glimpse] = nextGlimpses(map, { grid, imageSize: view.imageSize, count: 1, size: 2 });
 * assert.deepEqual(glimpse.box, [16, 16, 32, 32]); // y0, x0, y1, x1
 * ```
 *
 * @module
 */
export {
  type BackendChoice,
  type BackendOptions,
  describeBackend,
  openBackend,
  type OpenedBackend,
} from "../backend/open_backend.ts";
export type { AttentionRequest } from "../backend/kernels/attention.ts";
export type { HeadFusion } from "../backend/kernels/fuse_heads.ts";
export type * from "../backend/tensors.ts";
export type { Degradation, DownsizeDegradation, MaskDegradation } from "../config/degradation.ts";
export { predictMaps } from "../dataset/predict_maps.ts";
export { lookAt, type StudentLook } from "../dataset/student_look.ts";
export { describeView, paintView, seenShareOf, type ViewedPhoto } from "../dataset/student_view.ts";
export { coverageCurve } from "../glimpses/coverage_curve.ts";
export type { Box } from "../glimpses/patch_box.ts";
export { type Glimpse, type GlimpseOptions, nextGlimpses } from "../glimpses/next_glimpses.ts";
export { decodeImage, type DecodeOptions } from "../image/decode.ts";
export { overlayMap, type OverlayOptions } from "../image/overlay.ts";
export { preprocessImage, type Preprocessing } from "../image/preprocess.ts";
export type { Interpolation } from "../image/resampling_weights.ts";
export type { RgbImage } from "../image/rgb_image.ts";
export type { ForwardOptions, VitOutputs } from "../model/forward_pass.ts";
export type { ModelDescription } from "../model/model_config_file.ts";
export type { Projection, Student } from "../model/student.ts";
export type { VisionTransformer } from "../model/vision_transformer.ts";
export type { VitConfig } from "../model/vit_config.ts";
export { parseStudent, type StudentCheckpoint } from "../model/load_student.ts";
export type { StudentDescription } from "../model/student_description.ts";
export { divideByMaximum } from "../rollout/divide_by_maximum.ts";
