/**
 * What a student's ONNX graph takes and gives.
 *
 * @module
 */
import type { StudentDescription } from "../../model/student_description.ts";
import { numPatchesOf } from "../../model/vit_config.ts";
import type { OnnxValue } from "./messages.ts";
import { strategyGraphOf } from "./strategy_graphs.ts";

/** What callers pass inputs and fetch the output by. */
export const valueNames = {
  image: "image",
  noise: "noise",
  visible: "visible",
  map: "map",
} as const;

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

/** A graph's inputs and output. */
export interface StudentSignature {
  /** In their order. */
  readonly inputs: readonly OnnxValue[];
  /** The map. */
  readonly output: OnnxValue;
}

/**
 * Says what goes into a student's graph, and what comes out: `image`, and for a student of photos with hidden patches
 * `noise`, by which they are chosen, or without degradation `visible`, the choice itself; and `map`.
 */
export function signatureOf(
  description: StudentDescription,
  options: OnnxInputOptions,
): StudentSignature {
  const { degradation, grid } = description;
  const inputs = [imageInput(description, options)];
  if (strategyGraphOf(degradation).chooseVisible) {
    inputs.push(options.includeDegradation ? noiseInput(description) : visibleInput);
  }
  const output: OnnxValue = {
    name: valueNames.map,
    dataType: "float32",
    shape: ["batch", ...grid],
    description: "the rollout map that the student predicts, from 0 to 1",
  };
  return { inputs, output };
}

/** Says a signature in words, e.g. `image (float32 [batch, 3, 224, 224]) to map (float32 [batch, 14, 14])`. */
export function describeSignature({ inputs, output }: StudentSignature): string {
  const describe = ({ name, dataType, shape }: OnnxValue) =>
    `${name} (${dataType} [${shape.join(", ")}])`;
  return `${inputs.map(describe).join(" and ")} to ${describe(output)}`;
}

function imageInput(
  { view, model }: StudentDescription,
  { includeDegradation, pixelType }: OnnxInputOptions,
): OnnxValue {
  const [height, width] = includeDegradation ? view.imageSize : model.config.imageSize;
  const what = includeDegradation ? "the prepared photo" : "what the student sees of the photo";
  return pixelType === "uint8"
    ? {
      name: valueNames.image,
      dataType: "uint8",
      shape: ["batch", height, width, 3],
      description: `${what}, R, G and B from 0 to 255`,
    }
    : {
      name: valueNames.image,
      dataType: "float32",
      shape: ["batch", 3, height, width],
      description: `${what}, R, G and B from 0 to 1, less mean, divided by std`,
    };
}

function noiseInput({ model }: StudentDescription): OnnxValue {
  return {
    name: valueNames.noise,
    dataType: "float32",
    shape: ["batch", numPatchesOf(model.config)],
    description: "random numbers, one a patch: the patches with the smallest stay visible",
  };
}

const visibleInput: OnnxValue = {
  name: valueNames.visible,
  dataType: "int64",
  shape: ["batch", "visible"],
  description: "indices of the patches that the student sees, row by row of its grid, none twice",
};
