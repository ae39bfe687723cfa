/**
 * What becomes of a caller's pixels before a student sees them, as ONNX operators.
 *
 * @module
 */
import type { Normalisation } from "../../model/pixel_tensor.ts";
import type { StudentDescription } from "../../model/student_description.ts";
import { numPatchesOf } from "../../model/vit_config.ts";
import { addResize } from "./add_resize.ts";
import type { GraphBuilder, Value } from "./graph_builder.ts";
import { dataTypes } from "./messages.ts";
import { strategyGraphOf } from "./strategy_graphs.ts";
import { type OnnxInputOptions, valueNames } from "./student_signature.ts";
import type { VitInputs } from "./vision_transformer_graph.ts";

// Shape letters: B batch, H height, W width.

/** Adds what leads from the inputs of `signatureOf()` to those of the base model, as `viewPhotos()` does it. */
export function addStudentView(
  graph: GraphBuilder,
  description: StudentDescription,
  { includeDegradation, pixelType }: OnnxInputOptions,
): VitInputs {
  const { image, visible } = valueNames;
  const pixels = pixelType === "uint8"
    ? addNormalisation(graph.within("normalisation"), image, description.model.preprocessing)
    : image;
  if (includeDegradation) return addDegradation(graph.within("degradation"), pixels, description);
  const hidesPatches = strategyGraphOf(description.degradation).chooseVisible !== undefined;
  return { images: pixels, visible: hidesPatches ? visible : undefined };
}

/** Adds (x/255 − mean)/std: from uint8 [B, H, W, 3] to float32 [B, 3, H, W]. */
function addNormalisation(graph: GraphBuilder, image: Value, { mean, std }: Normalisation): Value {
  const channelsFirst = graph.node("Transpose", [image], { perm: [0, 3, 1, 2] });
  const bytes = graph.node("Cast", [channelsFirst], { to: dataTypes.float32 });
  const unit = graph.node("Div", [bytes, graph.float(255)]);
  const centred = graph.node("Sub", [unit, graph.channels(mean)]);
  return graph.node("Div", [centred, graph.channels(std)]);
}

/** Adds the student's strategy, and the way to the student's size. */
function addDegradation(
  graph: GraphBuilder,
  images: Value,
  { degradation, view, model: { config } }: StudentDescription,
): VitInputs {
  const { degrade, chooseVisible } = strategyGraphOf(degradation);
  const photos = { images, size: view.imageSize };
  const degraded = degrade?.(graph, photos, degradation) ?? photos;
  const numPatches = numPatchesOf(config);
  return {
    images: addResize(graph, degraded, config.imageSize),
    visible: chooseVisible?.(graph, valueNames.noise, { degradation, numPatches }),
  };
}
