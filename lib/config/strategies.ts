/**
 * The strategies that degrade a photo, and the options that say how strongly: one entry each. What a strategy
 * does to pixels is in `lib/dataset/strategy_views.ts`.
 *
 * @module
 */
import { z } from "zod";
import type { Degradation } from "./degradation.ts";
import { number, wholeNumber } from "./option.ts";

/** The name of a strategy. */
export type Strategy = Degradation["strategy"];

/**
 * What a strategy's amount is called, and what it may be.
 *
 * @internal
 */
export interface StrategyEntry {
  /** What it does, in one phrase. */
  readonly does: string;
  /** What the share that the student sees is a share of. */
  readonly unit: string;
  /** The amount's key in a {@linkcode Degradation}, and so in checkpoints. */
  readonly amount: string;
  /** The amounts that a checkpoint may hold, where they are more than the option's. */
  readonly range?: z.ZodNumber;
  /** The amount's option, by its camelCase name. */
  readonly option: string;
  /** That option. */
  readonly schema: z.ZodNumber;
  /** Its default. */
  readonly default: number;
  /** The option of several amounts, for a grid. */
  readonly gridOption: string;
  /** Its default. */
  readonly gridDefault: readonly number[];
}

/** Every strategy, in the order of `--help`. */
export const strategies = {
  DOWNSIZE: {
    does: "pixelate the photo",
    unit: "pixels",
    amount: "factor",
    range: z.number().min(1),
    option: "downsamplingFactor",
    schema: wholeNumber({
      min: 1,
      description: "DOWNSIZE only: how many times smaller the photo becomes",
      placeholder: "N",
    }),
    default: 5,
    gridOption: "factors",
    gridDefault: [2, 5, 8],
  },
  MAE: {
    does: "hide patches",
    unit: "patches",
    amount: "maskRatio",
    option: "maskRatio",
    schema: number(z.number().min(0).lt(1), {
      description: "MAE only: share of the patches hidden",
      placeholder: "RATIO",
      expected: "a number from 0 up to, but not, 1",
    }),
    default: 0.75,
    gridOption: "maskRatios",
    gridDefault: [0.5, 0.75, 0.9],
  },
} as const satisfies Record<Strategy, StrategyEntry>;

/** The names of all strategies. */
export const strategyNames = Object.keys(strategies) as [Strategy, ...Strategy[]];
