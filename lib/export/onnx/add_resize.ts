/**
 * Resizing images, as an ONNX operator.
 *
 * @module
 */
import type { GraphBuilder, Value } from "./graph_builder.ts";

/** Height and width in pixels. */
export type ImageSize = readonly [height: number, width: number];

/**
 * Adds a bilinear resampling without antialiasing, as `resizeImages()` does it: ONNX's `half_pixel`. Sizes are
 * given, not scales: rounded to float32 those may lead to a pixel less.
 *
 * @param photos float32, [batch, channels, height, width], and their height and width.
 * @returns float32, [batch, channels, ...to]; images that have the size already stay.
 */
export function addResize(
  graph: GraphBuilder,
  { images, size }: { images: Value; size: ImageSize },
  to: ImageSize,
): Value {
  if (size.join() === to.join()) return images;
  const batchAndChannels = graph.node("Shape", [images], { start: 0, end: 2 });
  const sizes = graph.node("Concat", [batchAndChannels, graph.integers(...to)], { axis: 0 });
  return graph.node("Resize", [images, "", "", sizes], {
    mode: "linear",
    coordinate_transformation_mode: "half_pixel",
  });
}
