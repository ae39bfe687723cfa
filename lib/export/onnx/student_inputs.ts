/**
 * What a student's ONNX graph takes.
 *
 * @module
 */
import type { StudentDescription } from "../../model/student_checkpoint.ts";
import { numPatchesOf } from "../../model/vit_config.ts";
import type { OnnxValue } from "./messages.ts";
import { strategyGraphOf } from "./strategy_graphs.ts";

/** What callers pass inputs by. */
export const inputNames = { image: "image", noise: "noise", visible: "visible" } as const;

/** How a graph is called. */
export interface OnnxInputOptions {
  /** Whether the graph takes photos and degrades them itself, or takes what the student sees of them. */
  readonly includeDegradation: boolean;
  /**
   * What pixels are: `float32`, [batch, 3, height, width], normalised as timm does, or `uint8`,
   * [batch, height, width, 3], R, G and B as decoders give them.
   */
  readonly pixelType: "float32" | "uint8";
}

/**
 * Names a graph's inputs, in their order: `image`, and for a student of photos with hidden patches `noise`, by which
 * they are chosen, or without degradation `visible`, the choice itself.
 */
export function inputsOf(
  description: StudentDescription,
  options: OnnxInputOptions,
): OnnxValue[] {
  const image = imageInput(description, options);
  if (!strategyGraphOf(description.degradation).chooseVisible) return [image];
  return [image, options.includeDegradation ? noiseInput(description) : visibleInput];
}

function imageInput(
  { view, model }: StudentDescription,
  { includeDegradation, pixelType }: OnnxInputOptions,
): OnnxValue {
  const [height, width] = includeDegradation ? view.imageSize : model.config.imageSize;
  const what = includeDegradation ? "the prepared photo" : "what the student sees of the photo";
  return pixelType === "uint8"
    ? {
      name: inputNames.image,
      dataType: "uint8",
      shape: ["batch", height, width, 3],
      description: `${what}, R, G and B from 0 to 255`,
    }
    : {
      name: inputNames.image,
      dataType: "float32",
      shape: ["batch", 3, height, width],
      description: `${what}, R, G and B from 0 to 1, less mean, divided by std`,
    };
}

function noiseInput({ model }: StudentDescription): OnnxValue {
  return {
    name: inputNames.noise,
    dataType: "float32",
    shape: ["batch", numPatchesOf(model.config)],
    description: "random numbers, one a patch: the patches with the smallest stay visible",
  };
}

const visibleInput: OnnxValue = {
  name: inputNames.visible,
  dataType: "int64",
  shape: ["batch", "visible"],
  description: "indices of the patches that the student sees, row by row of its grid, none twice",
};
