/**
 * A model's weights between files in timm's layout and the backend.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Variable } from "../backend/tensors.ts";
import { oneLine } from "../files/one_line.ts";
import type { HostTensor } from "../weights/host_tensor.ts";
import { parameterNameOf, timmKeyOf } from "../weights/key_map.ts";
import { fromTimmLayout, toTimmLayout } from "./parameter_layout.ts";
import { parameterShapes } from "./parameters.ts";
import { resamplePositionEmbedding } from "./position_embedding.ts";
import { gridOf, numEmbeddedPrefixTokensOf, type VitConfig } from "./vit_config.ts";

/** Keys that a message lists of each fault. */
const MOST_NAMES = 500;

/** Where weights come from: an open safetensors file, or tensors in memory. */
export interface StateDict {
  /** What messages call it: the file's path. */
  readonly name: string;
  /** The shape of every tensor by key. */
  readonly shapes: ReadonlyMap<string, readonly number[]>;
  /** Reads one tensor. */
  read(key: string): HostTensor | Promise<HostTensor>;
}

/** Wraps tensors in memory as a state dict. */
export function stateDictOf(name: string, tensors: ReadonlyMap<string, HostTensor>): StateDict {
  const shapes = new Map([...tensors].map(([key, { shape }]) => [key, shape]));
  return { name, shapes, read: (key) => tensors.get(key)! };
}

/** The entries below a prefix, e.g. `model.`, under their names without it. */
export function withinPrefix(source: StateDict, prefix: string): StateDict {
  const shapes = new Map(
    [...source.shapes].filter(([key]) => key.startsWith(prefix))
      .map(([key, shape]) => [key.slice(prefix.length), shape]),
  );
  return { name: source.name, shapes, read: (key) => source.read(prefix + key) };
}

/**
 * Puts a model's weights on the backend, one tensor at a time; the position embedding is resampled when
 * the model's grid differs from the file's.
 *
 * @param source Weights under timm's keys.
 * @returns A variable a parameter, in our layout; the caller disposes them.
 * @throws {SyntaxError} When keys are missing, left over or of another shape: all are listed.
 */
export async function loadParameters(
  config: VitConfig,
  source: StateDict,
): Promise<Map<string, Variable>> {
  const expected = parameterShapes(config);
  refuseMismatch(expected, source, config);
  const variables = new Map<string, Variable>();
  for (const [name, shape] of expected) {
    const stored = await source.read(timmKeyOf(name)!);
    const fitting = stored.shape[1] === shape[1] || name !== "posEmbed"
      ? stored
      : resamplePositionEmbedding(stored, {
        numPrefixTokens: numEmbeddedPrefixTokensOf(config),
        from: storedGrid(stored.shape, config)!,
        to: gridOf(config),
      });
    variables.set(name, variableOf(name, fitting));
  }
  return variables;
}

/** Puts one parameter in timm's layout on the backend; the caller disposes the variable. */
export function variableOf(name: string, stored: HostTensor): Variable {
  const { data, shape } = fromTimmLayout(name, stored);
  return tf.tidy(() => tf.variable(tf.tensor(data as Float32Array, [...shape], "float32")));
}

/** Reads a model's weights back from the backend, under timm's keys and in timm's layout, float32. */
export async function readParameters(
  config: VitConfig,
  variables: ReadonlyMap<string, Variable>,
): Promise<Map<string, HostTensor>> {
  const tensors = new Map<string, HostTensor>();
  for (const [name, shape] of parameterShapes(config)) {
    const data = await variables.get(name)!.data<"float32">();
    tensors.set(timmKeyOf(name)!, toTimmLayout(name, { data, shape }));
  }
  return tensors;
}

function refuseMismatch(
  expected: ReadonlyMap<string, readonly number[]>,
  source: StateDict,
  config: VitConfig,
): void {
  const keys = new Map([...expected].map(([name, shape]) => [timmKeyOf(name)!, shape]));
  const missing = [...keys.keys()].filter((key) => !source.shapes.has(key));
  const isSurplus = (key: string) => !keys.has(key) && !(config.numClasses === 0 && isHead(key));
  const extra = [...source.shapes.keys()].filter(isSurplus);
  const misshapen = [...keys].flatMap(([key, shape]) => {
    const actual = source.shapes.get(key);
    if (!actual || sameShape(actual, shape)) return [];
    if (key === timmKeyOf("posEmbed") && storedGrid(actual, config)) return [];
    return [`${key} is [${actual.join(", ")}], expected [${shape.join(", ")}]`];
  });
  const faults = [
    missing.length && `missing: ${listed(missing, ", ")}`,
    extra.length && `not in this architecture: ${listed(extra, ", ")}`,
    misshapen.length && `misshapen: ${listed(misshapen, "; ")}`,
  ].filter(Boolean);
  if (faults.length) {
    throw new SyntaxError(`Cannot load weights: ${source.name}: ${faults.join(" — ")}`);
  }
}

/** Names from a stranger's file, in one line; a whole model's are some hundred. */
function listed(names: readonly string[], separator: string): string {
  const others = names.length - MOST_NAMES;
  const shown = names.slice(0, MOST_NAMES).map(oneLine).join(separator);
  return others > 0 ? `${shown} and ${others} more` : shown;
}

/** A headless model may be cut out of a classifier, as timm does for `num_classes=0`. */
function isHead(key: string): boolean {
  return /^head(Dist)?\./.test(parameterNameOf(key) ?? "");
}

function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((length, axis) => length === b[axis]);
}

/** The square grid that a stored position embedding covers, if it is one of this model's width. */
function storedGrid(
  shape: readonly number[],
  config: VitConfig,
): [number, number] | undefined {
  const side = Math.sqrt(shape[1] - numEmbeddedPrefixTokensOf(config));
  const fits = shape.length === 3 && shape[0] === 1 && shape[2] === config.embedDim;
  return fits && Number.isInteger(side) && side > 0 ? [side, side] : undefined;
}
