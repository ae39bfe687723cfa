/**
 * What becomes of a caller's pixels before a student sees them, as ONNX operators.
 *
 * @module
 */
import type { DownsizeDegradation, MaskDegradation } from "../../config/degradation.ts";
import { numVisibleOf } from "../../dataset/mask.ts";
import type { Normalisation } from "../../model/pixel_tensor.ts";
import type { StudentDescription } from "../../model/student_checkpoint.ts";
import { numPatchesOf } from "../../model/vit_config.ts";
import type { GraphBuilder, Value } from "./graph_builder.ts";
import { dataTypes } from "./messages.ts";
import type { OnnxInputOptions } from "./student_inputs.ts";
import type { VitInputs } from "./vision_transformer_graph.ts";

// Shape letters: B batch, H height, W width, V visible patches.

/** Height and width in pixels. */
type Size = readonly [height: number, width: number];

/** Adds what leads from the inputs of `inputsOf()` to those of the base model, as `viewPhotos()` does it. */
export function addStudentView(
  graph: GraphBuilder,
  description: StudentDescription,
  { includeDegradation, pixelType }: OnnxInputOptions,
): VitInputs {
  const { degradation, model } = description;
  const images = pixelType === "uint8"
    ? addNormalisation(graph.within("normalisation"), "image", model.preprocessing)
    : "image";
  const isMasked = degradation.strategy === "MAE";
  if (!includeDegradation) return { images, visible: isMasked ? "visible" : undefined };
  const within = graph.within("degradation");
  return isMasked
    ? addMask(within, images, { description, degradation })
    : { images: addPixelation(within, images, { description, degradation }) };
}

/** Adds (x/255 − mean)/std: from uint8 [B, H, W, 3] to float32 [B, 3, H, W]. */
function addNormalisation(graph: GraphBuilder, image: Value, { mean, std }: Normalisation): Value {
  const channelsFirst = graph.node("Transpose", [image], { perm: [0, 3, 1, 2] });
  const bytes = graph.node("Cast", [channelsFirst], { to: dataTypes.float32 });
  const unit = graph.node("Div", [bytes, graph.float(255)]);
  const centred = graph.node("Sub", [unit, graph.channels(mean)]);
  return graph.node("Div", [centred, graph.channels(std)]);
}

/** Adds the way to ⌊size/factor⌋ pixels, and on to the base model's size. */
function addPixelation(
  graph: GraphBuilder,
  images: Value,
  { description: { view, model }, degradation: { factor } }: {
    description: StudentDescription;
    degradation: DownsizeDegradation;
  },
): Value {
  const [height, width] = view.imageSize;
  const small: Size = [Math.floor(height / factor), Math.floor(width / factor)];
  const downsized = addResize(graph, images, { from: view.imageSize, to: small });
  return addResize(graph, downsized, { from: small, to: model.config.imageSize });
}

/** Adds the choice of as many visible patches as the student was trained with. */
function addMask(
  graph: GraphBuilder,
  images: Value,
  { description: { view, model: { config } }, degradation: { maskRatio } }: {
    description: StudentDescription;
    degradation: MaskDegradation;
  },
): VitInputs {
  const numVisible = numVisibleOf({ numPatches: numPatchesOf(config), maskRatio });
  const [, visible] = graph.split("TopK", ["noise", graph.integers(numVisible)], {
    attributes: { axis: 1, largest: 0, sorted: 1 },
    numOutputs: 2,
  }); // values and indices
  return {
    images: addResize(graph, images, { from: view.imageSize, to: config.imageSize }),
    visible,
  };
}

/**
 * Adds a bilinear resampling without antialiasing, as `resizeImages()`: ONNX's `half_pixel`. Sizes are given,
 * not scales: rounded to float32 those may lead to a pixel less.
 */
function addResize(
  graph: GraphBuilder,
  images: Value,
  { from, to }: { from: Size; to: Size },
): Value {
  if (from.join() === to.join()) return images;
  const batchAndChannels = graph.node("Shape", [images], { start: 0, end: 2 });
  const sizes = graph.node("Concat", [batchAndChannels, graph.integers(...to)], { axis: 0 });
  return graph.node("Resize", [images, "", "", sizes], {
    mode: "linear",
    coordinate_transformation_mode: "half_pixel",
  });
}
