/**
 * The options that say of a student what a file of weights alone does not.
 *
 * @module
 */
import {
  degradationOf,
  type DegradationOptions,
  degradationOptions,
} from "./degradation_options.ts";
import type { Degradation } from "./degradation.ts";
import { studentOptions } from "./model_options.ts";
import { withoutDefaults } from "./option.ts";
import { strategies } from "./strategies.ts";

const { studentModel, studentArgs } = studentOptions;

/**
 * Base and view; nothing is taken for granted.
 *
 * @internal
 */
export const foreignStudentOptions = withoutDefaults(
  { studentModel, studentArgs, ...degradationOptions },
  { unset: "as the checkpoint says; to be given for a .pt" },
);

/** The degradation that is said; nothing where the strategy or its amount is not. */
export function saidDegradation(options: Partial<DegradationOptions>): Degradation | undefined {
  const { strategy } = options;
  if (strategy === undefined || options[strategies[strategy].option] === undefined) {
    return undefined;
  }
  return degradationOf(options as DegradationOptions);
}
