/**
 * A student as an ONNX model.
 *
 * @module
 */
import denoJson from "../../../deno.json" with { type: "json" };
import { describeView } from "../../dataset/student_view.ts";
import type { StudentDescription } from "../../model/student_description.ts";
import type { HostTensor } from "../../weights/host_tensor.ts";
import { GraphBuilder, type Value } from "./graph_builder.ts";
import { addLinear } from "./layers.ts";
import { projectionKeys } from "./parameter_keys.ts";
import type { OnnxModel } from "./serialise_model.ts";
import { type OnnxInputOptions, signatureOf, valueNames } from "./student_signature.ts";
import { studentTexts } from "./student_texts.ts";
import { addStudentView } from "./student_view_graph.ts";
import { addVisionTransformer } from "./vision_transformer_graph.ts";

/** A student, and how its graph is called. */
export interface StudentGraphOptions extends OnnxInputOptions {
  /** What using the student takes. */
  readonly description: StudentDescription;
  /** The SHA-256 of the file that the student was read from. */
  readonly checkpointSha256: string;
}

/**
 * Builds σ(projection(base(degraded image))) of ONNX operators, for any batch.
 *
 * @param weights As `readStudent()` gives them; they are not copied.
 */
export function studentGraph(
  weights: ReadonlyMap<string, HostTensor>,
  options: StudentGraphOptions,
): OnnxModel {
  const { description } = options;
  const graph = new GraphBuilder(weights);
  const view = addStudentView(graph, description, options);
  const output = addVisionTransformer(graph, view, description.model.config);
  addMap(graph.within("projection"), output, description);
  const { architecture } = description.model;
  const { inputs, output: map } = signatureOf(description, options);
  return {
    name: `student_${architecture}`,
    description: `Predicts attention rollout from ${describeView(description)}.`,
    producer: { name: "distill-rollout", version: denoJson.version },
    nodes: graph.nodes,
    initializers: graph.initializers,
    inputs,
    outputs: [map],
    metadata: studentTexts(options),
  };
}

/** Adds the projection and the sigmoid: from [B, outDim] to the map, [B, gridHeight, gridWidth]. */
function addMap(graph: GraphBuilder, output: Value, { grid }: StudentDescription): void {
  const probabilities = graph.node("Sigmoid", [addLinear(graph, output, projectionKeys)]);
  graph.output(valueNames.map, "Reshape", [probabilities, graph.integers(0, ...grid)]);
}
