/**
 * Names and shapes of a vision transformer's parameters.
 *
 * @module
 */
import { numEmbeddedPrefixTokensOf, numPatchesOf, type VitConfig } from "./vit_config.ts";

// Shape letters: D embedDim, N patches, P patch size.

/**
 * Lists every parameter of an architecture with its shape as timm stores it (linear weights [out, in],
 * the patch embedding [D, 3, P, P]).
 */
export function parameterShapes(config: VitConfig): Map<string, readonly number[]> {
  const { embedDim: width, patchSize, numClasses } = config;
  const shapes = new Map<string, readonly number[]>();
  shapes.set("clsToken", [1, 1, width]);
  if (config.distilled) shapes.set("distToken", [1, 1, width]);
  if (config.regTokens) shapes.set("regToken", [1, config.regTokens, width]);
  shapes.set("posEmbed", [1, numEmbeddedPrefixTokensOf(config) + numPatchesOf(config), width]);
  shapes.set("patchEmbed.weight", [width, 3, patchSize, patchSize]);
  shapes.set("patchEmbed.bias", [width]);
  for (let layer = 0; layer < config.depth; layer++) {
    for (const [name, shape] of blockShapes(config)) shapes.set(`blocks.${layer}.${name}`, shape);
  }
  for (const entry of affine("norm", width)) shapes.set(...entry);
  if (numClasses) {
    for (const entry of dense("head", [numClasses, width])) shapes.set(...entry);
    if (config.distilled) {
      for (const entry of dense("headDist", [numClasses, width])) shapes.set(...entry);
    }
  }
  return shapes;
}

/** The number of parameters of an architecture. */
export function countParameters(config: VitConfig): number {
  let count = 0;
  for (const shape of parameterShapes(config).values()) count += shape.reduce((a, b) => a * b, 1);
  return count;
}

/** Says a number of parameters in words, e.g. `304.4 M` or `98 k`. */
export function describeCount(count: number): string {
  if (count >= 1e6) return `${(count / 1e6).toFixed(1)} M`;
  return count >= 1e3 ? `${Math.round(count / 1e3)} k` : String(count);
}

/** Whether a parameter is a linear weight, which we keep as [in, out] and timm as [out, in]. */
export function isLinearWeight(name: string): boolean {
  return /(?:qkv|proj|fc1|fc2|head|headDist|projection)\.weight$/.test(name);
}

type Entry = [name: string, shape: readonly number[]];

function blockShapes({ embedDim: width, mlpRatio, qkvBias, initValues }: VitConfig): Entry[] {
  const hidden = Math.floor(width * mlpRatio); // as Python's int()
  const scale = (name: string): Entry[] => initValues === null ? [] : [[name, [width]]];
  const qkv = dense("qkv", [3 * width, width]);
  return [
    ...affine("norm1", width),
    ...(qkvBias ? qkv : qkv.slice(0, 1)),
    ...dense("proj", [width, width]),
    ...scale("ls1"),
    ...affine("norm2", width),
    ...dense("fc1", [hidden, width]),
    ...dense("fc2", [width, hidden]),
    ...scale("ls2"),
  ];
}

function dense(name: string, shape: readonly [out: number, input: number]): Entry[] {
  return [[`${name}.weight`, shape], [`${name}.bias`, [shape[0]]]];
}

function affine(name: string, width: number): Entry[] {
  return [[`${name}.weight`, [width]], [`${name}.bias`, [width]]];
}
