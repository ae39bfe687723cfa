/**
 * ONNX files.
 *
 * @module
 */
import { PbfWriter } from "pbf";
import type { HostTensor } from "../../weights/host_tensor.ts";
import {
  dataTypes,
  type OnnxNode,
  type OnnxValue,
  writeNode,
  writeOpset,
  writeText,
  writeValue,
} from "./messages.ts";

/** The version of ONNX's file format that goes with {@linkcode OPSET}: ONNX 1.10 to 1.13. */
const IR_VERSION = 8;

/**
 * The version of ONNX's operators: the first that has LayerNormalization (ONNX 1.12, onnxruntime 1.12, of 2022). Of
 * what we need only Gelu came later (20), which is as exact when it is written out with Erf.
 */
const OPSET = 17;

/** What protobuf reads at most: a message's length is a signed 32-bit integer. */
const MOST_BYTES = 2 ** 31 - 1;

/** Protobuf's wire type of what carries its length before it. */
const LENGTH_DELIMITED = 2;

/** A model in ONNX's terms. */
export interface OnnxModel {
  /** The graph's name. */
  readonly name: string;
  /** What the model does, for people. */
  readonly description: string;
  /** What wrote it. */
  readonly producer: { readonly name: string; readonly version: string };
  /** Operators, each after those that its inputs come from. */
  readonly nodes: readonly OnnxNode[];
  /** Weights and constants by name: F32 or I64. */
  readonly initializers: ReadonlyMap<string, HostTensor>;
  /** What callers pass. */
  readonly inputs: readonly OnnxValue[];
  /** What callers get. */
  readonly outputs: readonly OnnxValue[];
  /** Free texts by key. */
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Encodes a model as an ONNX file; the weights are not copied.
 *
 * @returns The file's bytes in pieces, of which those with weights are views of the tensors.
 * @throws {RangeError} When the file would be larger than protobuf allows, 2 GB.
 */
export function serialiseModel(model: OnnxModel): Uint8Array[] {
  const weights = [...model.initializers].flatMap(initializerPieces);
  const structure = encodeStructure(model);
  const graphBytes = sizeOf([structure, ...weights]);
  const pieces = [encodeHead(model, graphBytes), structure, ...weights];
  const bytes = sizeOf(pieces);
  if (bytes <= MOST_BYTES) return pieces;
  throw new RangeError(
    `Cannot write ONNX: the model has ${bytes} bytes, expected at most ${MOST_BYTES}, ` +
      "which is as long as protobuf's messages get; export a smaller student",
  );
}

function sizeOf(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((size, piece) => size + piece.length, 0);
}

/** The fields of `ModelProto` up to the graph's length; the graph comes last, so that it need not be copied. */
function encodeHead(model: OnnxModel, graphBytes: number): Uint8Array {
  const pbf = new PbfWriter();
  pbf.writeVarintField(1, IR_VERSION);
  pbf.writeStringField(2, model.producer.name);
  pbf.writeStringField(3, model.producer.version);
  pbf.writeStringField(6, model.description);
  pbf.writeMessage(8, writeOpset, OPSET);
  for (const entry of Object.entries(model.metadata)) pbf.writeMessage(14, writeText, entry);
  beginMessage(pbf, { field: 7, bytes: graphBytes });
  return pbf.finish();
}

/** All of `GraphProto` but the initialisers. */
function encodeStructure(model: OnnxModel): Uint8Array {
  const pbf = new PbfWriter();
  for (const node of model.nodes) pbf.writeMessage(1, writeNode, node);
  pbf.writeStringField(2, model.name);
  for (const input of model.inputs) pbf.writeMessage(11, writeValue, input);
  for (const output of model.outputs) pbf.writeMessage(12, writeValue, output);
  return pbf.finish();
}

/** A field of `GraphProto` with a `TensorProto`, whose last field is the tensor's own bytes. */
function initializerPieces([name, tensor]: readonly [string, HostTensor]): Uint8Array[] {
  const { shape, dtype, data } = tensor;
  const raw = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const header = new PbfWriter();
  for (const length of shape) header.writeVarintField(1, length);
  header.writeVarintField(2, dtype === "I64" ? dataTypes.int64 : dataTypes.float32);
  header.writeStringField(8, name);
  beginMessage(header, { field: 9, bytes: raw.length });
  const headerBytes = header.finish();
  const start = new PbfWriter();
  beginMessage(start, { field: 5, bytes: headerBytes.length + raw.length });
  return [start.finish(), headerBytes, raw];
}

function beginMessage(
  pbf: PbfWriter,
  { field, bytes }: { field: number; bytes: number },
): void {
  pbf.writeTag(field, LENGTH_DELIMITED);
  pbf.writeVarint(bytes);
}
