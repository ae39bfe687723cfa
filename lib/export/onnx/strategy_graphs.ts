/**
 * What each strategy makes of prepared photos, as ONNX operators: one entry each, as in
 * `lib/dataset/strategy_views.ts`.
 *
 * @module
 */
import type { Degradation } from "../../config/degradation.ts";
import type { Strategy } from "../../config/strategies.ts";
import { numVisibleOf } from "../../dataset/mask.ts";
import { addResize, type ImageSize } from "./add_resize.ts";
import type { GraphBuilder, Value } from "./graph_builder.ts";

// Shape letters: B batch, H height, W width, N patches, V visible patches.

/** Images in a graph. */
export interface SizedImages {
  /** float32, [B, 3, H, W]. */
  readonly images: Value;
  /** H and W. */
  readonly size: ImageSize;
}

/** What a strategy adds to a graph. */
export interface StrategyGraph<D> {
  /** Degrades images to any size, for they are resized to the student's; without it they stay. */
  readonly degrade?: (graph: GraphBuilder, photos: SizedImages, degradation: D) => SizedImages;
  /**
   * Chooses the patches that enter the encoder, int64 [B, V], by noise, float32 [B, N]: those with the smallest
   * values, as in He et al. 2021, arXiv:2111.06377; without it all do.
   */
  readonly chooseVisible?: (
    graph: GraphBuilder,
    noise: Value,
    options: { readonly degradation: D; readonly numPatches: number },
  ) => Value;
}

type GraphsByStrategy = {
  readonly [S in Strategy]?: StrategyGraph<Degradation & { strategy: S }>;
};

const graphs: GraphsByStrategy = {
  DOWNSIZE: {
    degrade: (graph, photos, { factor }) => {
      const [height, width] = photos.size;
      const small = [Math.floor(height / factor), Math.floor(width / factor)] as const;
      return { images: addResize(graph, photos, small), size: small };
    },
  },
  MAE: {
    chooseVisible: (graph, noise, { degradation: { maskRatio }, numPatches }) => {
      const numVisible = numVisibleOf({ numPatches, maskRatio });
      // a row more, which is cut off again: of an empty batch onnxruntime's TopK ends the whole process
      const row = graph.node("Expand", [graph.float(0), graph.integers(1, numPatches)]);
      const rows = graph.node("Concat", [noise, row], { axis: 0 });
      const [_smallest, indices] = graph.outputsOf("TopK", [rows, graph.integers(numVisible)], {
        attributes: { axis: 1, largest: 0, sorted: 1 },
        numOutputs: 2,
      });
      return graph.node("Slice", [indices, ...[0, -1, 0].map((it) => graph.integers(it))]);
    },
  },
};

/**
 * What a degradation's strategy adds.
 *
 * @throws {RangeError} When it has no entry here.
 */
export function strategyGraphOf({ strategy }: Degradation): StrategyGraph<Degradation> {
  const graph = graphs[strategy];
  if (graph) return graph as StrategyGraph<Degradation>;
  const known = Object.keys(graphs).join(", ");
  throw new RangeError(
    `Cannot write ONNX: the student's strategy is ${strategy}, expected one of ${known}; give it an entry in ` +
      "lib/export/onnx/strategy_graphs.ts",
  );
}
