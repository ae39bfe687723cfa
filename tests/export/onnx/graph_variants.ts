/**
 * How graphs of one student differ.
 *
 * @module
 */
import type { Degradation } from "../../../lib/config/degradation.ts";
import type { OnnxInputOptions } from "../../../lib/export/onnx/student_signature.ts";

/** One of each strategy. */
export const degradations: readonly Degradation[] = [
  { strategy: "DOWNSIZE", factor: 2.5 },
  { strategy: "MAE", maskRatio: 0.6 },
];

/** Every way of calling a graph. */
export const inputs: readonly OnnxInputOptions[] = [true, false].flatMap((includeDegradation) =>
  (["float32", "uint8"] as const).map((pixelType) => ({ includeDegradation, pixelType }))
);
