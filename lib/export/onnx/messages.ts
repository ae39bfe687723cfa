/**
 * ONNX's messages, as far as a graph of plain operators needs them, and how protobuf encodes them.
 *
 * The numbers are the fields' in `onnx.proto` (IR version 8), https://github.com/onnx/onnx/blob/main/onnx/onnx.proto.
 *
 * @module
 */
import type { PbfWriter } from "pbf";

/** The dtypes that we write, with their `TensorProto.DataType`. */
export const dataTypes = { float32: 1, uint8: 2, int64: 7 } as const;

/** The name of a dtype that we write. */
export type DataType = keyof typeof dataTypes;

/** An operator's setting: a float is written as `{ float }`, for a number alone is an integer. */
export type Attribute = number | string | readonly number[] | { readonly float: number };

/** An operator at work in a graph (`NodeProto`). */
export interface OnnxNode {
  /** Unique in the graph. */
  readonly name: string;
  /** The operator, e.g. `MatMul`. */
  readonly opType: string;
  /** The values that go in, by name; an empty one is an optional input left out. */
  readonly inputs: readonly string[];
  /** The values that come out, by name. */
  readonly outputs: readonly string[];
  /** The operator's settings by name. */
  readonly attributes: Readonly<Record<string, Attribute>>;
}

/** A model's input or output (`ValueInfoProto`). */
export interface OnnxValue {
  /** What callers pass or fetch it by. */
  readonly name: string;
  /** The dtype of its elements. */
  readonly dataType: DataType;
  /** The length of each axis, or the name of one that may have any. */
  readonly shape: readonly (number | string)[];
  /** What it is, in words. */
  readonly description: string;
}

/** Some of `onnx.proto`'s `AttributeProto.AttributeType`. */
const attributeTypes = { float: 1, integer: 2, string: 3, integers: 7 } as const;

/**
 * Writes a `NodeProto`.
 *
 * @internal
 */
export function writeNode(node: OnnxNode, pbf: PbfWriter): void {
  for (const input of node.inputs) pbf.writeStringField(1, input);
  for (const output of node.outputs) pbf.writeStringField(2, output);
  pbf.writeStringField(3, node.name);
  pbf.writeStringField(4, node.opType);
  for (const entry of Object.entries(node.attributes)) pbf.writeMessage(5, writeAttribute, entry);
}

function writeAttribute([name, value]: [string, Attribute], pbf: PbfWriter): void {
  pbf.writeStringField(1, name);
  if (typeof value === "number") {
    pbf.writeVarintField(3, value);
    pbf.writeVarintField(20, attributeTypes.integer);
  } else if (typeof value === "string") {
    pbf.writeStringField(4, value);
    pbf.writeVarintField(20, attributeTypes.string);
  } else if ("float" in value) {
    pbf.writeFloatField(2, value.float);
    pbf.writeVarintField(20, attributeTypes.float);
  } else {
    for (const integer of value) pbf.writeVarintField(8, integer);
    pbf.writeVarintField(20, attributeTypes.integers);
  }
}

/**
 * Writes a `ValueInfoProto`.
 *
 * @internal
 */
export function writeValue(value: OnnxValue, pbf: PbfWriter): void {
  pbf.writeStringField(1, value.name);
  pbf.writeMessage(2, writeType, value);
  pbf.writeStringField(3, value.description);
}

function writeType(value: OnnxValue, pbf: PbfWriter): void {
  pbf.writeMessage(1, writeTensorType, value);
}

function writeTensorType({ dataType, shape }: OnnxValue, pbf: PbfWriter): void {
  pbf.writeVarintField(1, dataTypes[dataType]);
  pbf.writeMessage(2, writeShape, shape);
}

function writeShape(shape: OnnxValue["shape"], pbf: PbfWriter): void {
  for (const length of shape) pbf.writeMessage(1, writeAxis, length);
}

function writeAxis(length: number | string, pbf: PbfWriter): void {
  if (typeof length === "number") pbf.writeVarintField(1, length);
  else pbf.writeStringField(2, length);
}

/**
 * Writes a `StringStringEntryProto`.
 *
 * @internal
 */
export function writeText([key, value]: readonly [string, string], pbf: PbfWriter): void {
  pbf.writeStringField(1, key);
  pbf.writeStringField(2, value);
}

/**
 * Writes an `OperatorSetIdProto` of ONNX's own operators.
 *
 * @internal
 */
export function writeOpset(version: number, pbf: PbfWriter): void {
  pbf.writeVarintField(2, version); // without a domain: ONNX's own
}
