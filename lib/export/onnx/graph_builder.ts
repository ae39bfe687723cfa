/**
 * Building ONNX graphs operator by operator.
 *
 * @module
 */
import { float32Tensor, type HostTensor } from "../../weights/host_tensor.ts";
import type { Attribute, OnnxNode } from "./messages.ts";

/** What flows between operators, by its name in the graph. */
export type Value = string;

/** What a graph consists of so far; every scope of a graph adds to the same. */
interface Parts {
  readonly nodes: OnnxNode[];
  readonly initializers: Map<string, HostTensor>;
  /** How often a name was wanted. */
  readonly wanted: Map<string, number>;
}

/** Collects a graph's operators and the weights that they use, in the order in which they are added. */
export class GraphBuilder {
  readonly #weights: ReadonlyMap<string, HostTensor>;
  readonly #scope: string;
  readonly #parts: Parts;

  /**
   * Begins a graph, or a scope of one.
   *
   * @param weights What {@linkcode GraphBuilder.weight} chooses from; it is not copied.
   * @param within The scope that this one is a part of, and its name; a new graph when absent.
   */
  constructor(
    weights: ReadonlyMap<string, HostTensor>,
    within: { scope: string; parts: Parts } = {
      scope: "",
      parts: { nodes: [], initializers: new Map(), wanted: new Map() },
    },
  ) {
    this.#weights = weights;
    this.#scope = within.scope;
    this.#parts = within.parts;
  }

  /** The operators, each after those that its inputs come from. */
  get nodes(): readonly OnnxNode[] {
    return this.#parts.nodes;
  }

  /** The weights and constants that the operators use, by name. */
  get initializers(): ReadonlyMap<string, HostTensor> {
    return this.#parts.initializers;
  }

  /** A part of the same graph, whose name goes before the names of its operators. */
  within(scope: string): GraphBuilder {
    return new GraphBuilder(this.#weights, {
      scope: `${this.#scope}${scope}/`,
      parts: this.#parts,
    });
  }

  /** Adds an operator with one output; an empty input is one left out. */
  node(
    opType: string,
    inputs: readonly Value[],
    attributes: Readonly<Record<string, Attribute>> = {},
  ): Value {
    return this.outputsOf(opType, inputs, { attributes, numOutputs: 1 })[0];
  }

  /** Adds the operator that computes an output of the graph, which gets the output's name. */
  output(name: Value, opType: string, inputs: readonly Value[]): void {
    this.#parts.nodes.push({ name, opType, inputs, outputs: [name], attributes: {} });
  }

  /** Adds an operator with several outputs, and gives those. */
  outputsOf(
    opType: string,
    inputs: readonly Value[],
    { attributes = {}, numOutputs }: {
      attributes?: Readonly<Record<string, Attribute>>;
      numOutputs: number;
    },
  ): Value[] {
    const name = this.#uniqueName(this.#scope + opType);
    const outputs = numOutputs === 1
      ? [name]
      : Array.from({ length: numOutputs }, (_, output) => `${name}_output_${output}`);
    this.#parts.nodes.push({ name, opType, inputs, outputs, attributes });
    return outputs;
  }

  /** Whether there is such a weight. */
  has(name: string): boolean {
    return this.#weights.has(name);
  }

  /** A weight, which becomes an initialiser under its name. */
  weight(name: string): Value {
    return this.#initializer(name, this.#weights.get(name)!);
  }

  /** A constant float32. */
  float(value: number): Value {
    return this.#initializer(`float_${value}`, float32Tensor([], Float32Array.of(value)));
  }

  /** A constant float32 a channel, [1, C, 1, 1]. */
  channels(values: readonly number[]): Value {
    const tensor = float32Tensor([1, values.length, 1, 1], Float32Array.from(values));
    return this.#initializer(`channels_${values.join("_")}`, tensor);
  }

  /** A constant int64 vector. */
  integers(...values: number[]): Value {
    const data = BigInt64Array.from(values, BigInt);
    const tensor: HostTensor = { dtype: "I64", shape: [values.length], data };
    return this.#initializer(`integers_${values.join("_")}`, tensor);
  }

  #initializer(name: string, tensor: HostTensor): Value {
    this.#parts.initializers.set(name, tensor);
    return name;
  }

  #uniqueName(wanted: string): string {
    const count = this.#parts.wanted.get(wanted) ?? 0;
    this.#parts.wanted.set(wanted, count + 1);
    return count === 0 ? wanted : `${wanted}_${count}`;
  }
}
