/**
 * What a student's ONNX file says of it.
 *
 * @module
 */
import type { StudentDescription } from "../../model/student_description.ts";
import type { OnnxInputOptions } from "./student_signature.ts";

/**
 * The texts of `metadata_props`; what is no text is JSON. Pictures are prepared as timm does
 * with `image_size`, `crop_pct`, `crop_mode` and `interpolation`.
 */
export function studentTexts(
  { description: { model, grid, view, degradation }, checkpointSha256, ...options }:
    & OnnxInputOptions
    & { readonly description: StudentDescription; readonly checkpointSha256: string },
): Record<string, string> {
  const { mean, std } = model.preprocessing;
  return {
    architecture: model.architecture,
    degradation: JSON.stringify(degradation),
    degradation_included: JSON.stringify(options.includeDegradation),
    grid: JSON.stringify(grid),
    mean: JSON.stringify(mean),
    std: JSON.stringify(std),
    image_size: JSON.stringify(view.imageSize),
    crop_pct: JSON.stringify(view.cropPct),
    crop_mode: view.cropMode,
    interpolation: view.interpolation,
    checkpoint_sha256: checkpointSha256,
  };
}
