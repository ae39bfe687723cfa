/**
 * Reading ONNX files back, as far as the tests ask.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { PbfReader } from "pbf";

/** A tensor of a file's graph. */
export interface ReadTensor {
  /** The length of each axis. */
  readonly shape: number[];
  /** The elements' bytes. */
  bytes: Uint8Array;
}

/** What a file holds. */
export interface ReadModel {
  /** Texts by the field's number: producer, its version, description. */
  readonly texts: Record<number, string>;
  /** Versions: `ir` of the format, `opset` of the operators. */
  readonly versions: { ir?: number; opset?: number };
  /** The free texts. */
  readonly metadata: Record<string, string>;
  /** Weights and constants by name. */
  readonly initializers: Map<string, ReadTensor>;
  /** The operators' names and kinds, in order. */
  readonly nodes: { name: string; opType: string }[];
}

/** Reads a file given in pieces. */
export function readModel(file: readonly Uint8Array[]): ReadModel {
  const model: ReadModel = {
    texts: {},
    versions: {},
    metadata: {},
    initializers: new Map(),
    nodes: [],
  };
  return new PbfReader(new Uint8Array(Buffer.concat(file))).readFields(readModelField, model);
}

function readModelField(field: number, model: ReadModel, pbf: PbfReader): void {
  if (field === 1) model.versions.ir = pbf.readVarint();
  else if (field === 7) pbf.readMessage(readGraphField, model);
  else if (field === 8) model.versions.opset = pbf.readMessage(readNumbered, {} as Numbered)[2];
  else if (field === 14) {
    const { 1: key, 2: value } = pbf.readMessage(readTexts, {} as Record<number, string>);
    model.metadata[key] = value;
  } else readTexts(field, model.texts, pbf);
}

type Numbered = Record<number, number>;

function readNumbered(field: number, numbers: Numbered, pbf: PbfReader): void {
  numbers[field] = pbf.readVarint();
}

function readTexts(field: number, texts: Record<number, string>, pbf: PbfReader): void {
  texts[field] = pbf.readString();
}

function readGraphField(field: number, model: ReadModel, pbf: PbfReader): void {
  if (field === 1) {
    const node = pbf.readMessage(readNodeField, { name: "", opType: "" });
    model.nodes.push(node);
  } else if (field === 5) {
    const tensor = { name: "", shape: [], bytes: new Uint8Array() };
    const { name, ...rest } = pbf.readMessage(readTensorField, tensor);
    model.initializers.set(name, rest);
  }
}

function readNodeField(
  field: number,
  node: { name: string; opType: string },
  pbf: PbfReader,
): void {
  if (field === 3) node.name = pbf.readString();
  else if (field === 4) node.opType = pbf.readString();
}

function readTensorField(
  field: number,
  tensor: ReadTensor & { name: string },
  pbf: PbfReader,
): void {
  if (field === 1) tensor.shape.push(pbf.readVarint());
  else if (field === 8) tensor.name = pbf.readString();
  else if (field === 9) tensor.bytes = pbf.readBytes();
}
