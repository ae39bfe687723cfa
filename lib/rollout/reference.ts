/**
 * Attention rollout in float64 on the CPU, for one image, by the book: every matrix is made and
 * multiplied in full. The batched rollout is tested against it.
 *
 * Shape letters: H heads, T tokens.
 *
 * @module
 */
import type { HeadFusion } from "../backend/kernels/fuse_heads.ts";
import {
  checkRolloutSettings,
  discardCount,
  type RolloutMode,
  type RolloutSettings,
} from "./settings.ts";

/** The attention of one layer for one image, after the softmax. */
export interface LayerAttention {
  /** Number of heads H. */
  readonly heads: number;
  /** Number of tokens T. */
  readonly tokens: number;
  /** H·T·T entries, [head][query][key]. */
  readonly data: Float32Array | Float64Array;
}

/** The settings of a rollout that fuses heads itself. */
export interface ReferenceSettings extends RolloutSettings {
  /** How the heads of a layer are merged. */
  readonly headFusion: HeadFusion;
}

/** A square matrix, row after row. */
interface Matrix {
  readonly size: number;
  readonly data: Float64Array;
}

/**
 * Computes R = a_L ⋯ a_1 and reads the CLS row over the patches (Abnar & Zuidema 2020,
 * arXiv:2005.00928); exactly ⌊T²·discardRatio⌋ entries of a layer are discarded, the flat index 0
 * excepted, and among equal entries the lower flat index goes first.
 *
 * @param attentions The layers, first layer first.
 * @returns The map before the division by its largest value, gridHeight·gridWidth numbers, row by row.
 * @throws {TypeError} When there is no layer, or sizes do not fit each other or the grid.
 * @throws {RangeError} When a setting is unknown or out of range.
 */
export function referenceRollout(
  attentions: readonly LayerAttention[],
  settings: ReferenceSettings,
): Float64Array {
  checkLayers(attentions);
  const { tokens } = attentions[0];
  checkRolloutSettings(settings, tokens);
  const product = attentions
    .map((attention) => {
      const fused = fuse(attention, settings.headFusion);
      return normalise(discard(fused, settings.discardRatio), settings.mode);
    })
    .reduce((product, layer) => multiply(layer, product));
  return product.data.slice(settings.numPrefixTokens, tokens);
}

const folds: Record<HeadFusion, (entries: number[]) => number> = {
  mean: (entries) => entries.reduce((sum, entry) => sum + entry, 0) / entries.length,
  max: (entries) => Math.max(...entries),
  min: (entries) => Math.min(...entries),
};

function fuse({ heads, tokens, data }: LayerAttention, headFusion: HeadFusion): Matrix {
  const fold = folds[headFusion];
  if (!fold) {
    throw new RangeError(
      `Cannot roll out attention: head fusion is ${headFusion}, expected ` +
        Object.keys(folds).join(", "),
    );
  }
  const area = tokens * tokens;
  const fused = Float64Array.from(
    { length: area },
    (_, index) => fold(Array.from({ length: heads }, (_, head) => data[head * area + index])),
  );
  return { size: tokens, data: fused };
}

function discard({ size, data }: Matrix, discardRatio: number): Matrix {
  // Array's sort is stable: among equal entries the lower index comes first.
  const ascending = [...data.keys()].sort((a, b) => data[a] - data[b]);
  const kept = data.slice();
  for (const index of ascending.slice(0, discardCount(size, discardRatio))) {
    if (index !== 0) kept[index] = 0;
  }
  return { size, data: kept };
}

function normalise({ size, data }: Matrix, mode: RolloutMode): Matrix {
  const averaged = data.map((entry, index) => (entry + (index % (size + 1) === 0 ? 1 : 0)) / 2 // size + 1 from one diagonal entry to the next
  );
  const rowSums = Array.from(
    { length: size },
    (_, row) => averaged.subarray(row * size, (row + 1) * size).reduce((sum, x) => sum + x, 0),
  );
  const divisorAt = (index: number): number =>
    rowSums[mode === "paper" ? Math.floor(index / size) : index % size];
  return { size, data: averaged.map((entry, index) => entry / divisorAt(index)) };
}

function multiply(left: Matrix, right: Matrix): Matrix {
  const { size } = left;
  const data = new Float64Array(size * size);
  for (let row = 0; row < size; row++) {
    for (let inner = 0; inner < size; inner++) {
      const factor = left.data[row * size + inner];
      for (let column = 0; column < size; column++) {
        data[row * size + column] += factor * right.data[inner * size + column];
      }
    }
  }
  return { size, data };
}

function checkLayers(attentions: readonly LayerAttention[]): void {
  if (attentions.length === 0) {
    throw new TypeError("Cannot roll out attention: layers are none, expected at least one");
  }
  const { tokens } = attentions[0];
  attentions.forEach((layer, index) => {
    if (layer.tokens !== tokens || layer.data.length !== layer.heads * tokens * tokens) {
      throw new TypeError(
        `Cannot roll out attention: layer ${index} has ${layer.data.length} entries, expected ` +
          `${layer.heads} heads × ${tokens} × ${tokens} tokens`,
      );
    }
  });
}
