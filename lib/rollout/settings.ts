/**
 * What a rollout is computed with, and the checks that every implementation of it shares.
 *
 * @module
 */

/**
 * How a layer's matrix is normalised: `paper` divides row i by the sum of row i (Abnar & Zuidema 2020,
 * arXiv:2005.00928); `vit-explain` divides column j by the sum of row j, as the widely used code does.
 */
export type RolloutMode = "paper" | "vit-explain";

/** Every rollout mode, in the order in which messages and help texts list them. */
export const rolloutModes: readonly RolloutMode[] = ["paper", "vit-explain"];

/** The settings of a rollout over layers whose heads are already fused. */
export interface RolloutSettings {
  /** Share of each layer's smallest entries that is zeroed, from 0 (none) to 1. */
  readonly discardRatio: number;
  /** How each layer's matrix is normalised. */
  readonly mode: RolloutMode;
  /** Tokens before the patches: CLS, distillation token, registers; at least the CLS token. */
  readonly numPrefixTokens: number;
  /** The patches' rows and columns. */
  readonly grid: readonly [gridHeight: number, gridWidth: number];
}

/**
 * Refuses settings that cannot be meant for matrices of `numTokens` tokens.
 *
 * @throws {TypeError} When prefix tokens and grid do not make up the tokens.
 * @throws {RangeError} When the mode is unknown or a number is out of range.
 */
export function checkRolloutSettings(
  { discardRatio, mode, numPrefixTokens, grid }: RolloutSettings,
  numTokens: number,
): void {
  if (!rolloutModes.includes(mode)) throw refusal("mode", mode, rolloutModes.join(" or "));
  if (!(discardRatio >= 0 && discardRatio <= 1)) {
    throw refusal("discard ratio", discardRatio, "0 to 1");
  }
  if (!isCount(numPrefixTokens)) {
    throw refusal("number of prefix tokens", numPrefixTokens, "an integer from 1");
  }
  const [gridHeight, gridWidth] = grid;
  if (!isCount(gridHeight) || !isCount(gridWidth)) {
    throw refusal("grid", `[${grid}]`, "two integers from 1");
  }
  if (numPrefixTokens + gridHeight * gridWidth !== numTokens) {
    throw new TypeError(
      `Cannot roll out attention: attention has ${numTokens} tokens, expected ${numPrefixTokens} ` +
        `prefix tokens + ${gridHeight}×${gridWidth} patches`,
    );
  }
}

/** Counts the entries that a layer of `numTokens` tokens loses: k = ⌊numTokens²·discardRatio⌋. */
export function discardCount(numTokens: number, discardRatio: number): number {
  return Math.floor(numTokens * numTokens * discardRatio);
}

function refusal(name: string, actual: unknown, expected: string): RangeError {
  return new RangeError(`Cannot roll out attention: ${name} is ${actual}, expected ${expected}`);
}

function isCount(value: number): boolean {
  return Number.isInteger(value) && value >= 1;
}
