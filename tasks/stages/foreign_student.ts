/**
 * What a user says of a student whose file carries weights alone.
 *
 * @module
 */
import { readManifest } from "../../lib/cache/manifest.ts";
import { flagOf } from "../../lib/config/command_line.ts";
import type { DegradationOptions } from "../../lib/config/degradation_options.ts";
import { saidDegradation } from "../../lib/config/foreign_student_options.ts";
import type { ModelArgs } from "../../lib/config/model_args.ts";
import { strategies, strategyNames } from "../../lib/config/strategies.ts";
import { UsageError } from "../../lib/config/usage_error.ts";
import { type WeightLimits, weightLimitsOf } from "../../lib/files/limits.ts";
import type { ForeignStudent } from "../../lib/model/foreign_student.ts";
import { isForeignStudent } from "../../lib/model/is_foreign_student.ts";
import { isTimmName } from "../../lib/model/model_address.ts";
import { describeModel } from "../../lib/model/model_source.ts";

/** The options that may say it, and the cache of the maps that the student learnt. */
export interface ForeignStudentOptions extends Partial<DegradationOptions>, WeightLimits {
  /** The base. */
  readonly studentModel?: string;
  /** timm's `model_args` over it. */
  readonly studentArgs?: ModelArgs;
  /** The cache's folder; there may be none. */
  readonly rolloutDir: string;
}

/** A strategy with its amount, as flags: `--mask-ratio for MAE`. */
const amounts = strategyNames.map((name) => `${flagOf(strategies[name].option)} for ${name}`);

/**
 * Says of a student what its file does not; grid and crop are those of the cache, where there is one.
 *
 * @returns Nothing for a checkpoint that says all of it itself.
 * @throws {UsageError} When something that has to be said is missing, or the base is only on the hub.
 */
export async function foreignStudentOf(
  checkpoint: string,
  options: ForeignStudentOptions,
): Promise<ForeignStudent | undefined> {
  if (!await isForeignStudent(checkpoint, weightLimitsOf(options))) return undefined;
  const { studentModel: model, studentArgs: args, rolloutDir } = options;
  const degradation = saidDegradation(options);
  if (model === undefined || degradation === undefined) {
    throw new UsageError(
      `Cannot open student: ${checkpoint} carries weights alone, expected all of --student-model (and --student-args ` +
        `where its architecture was changed), --strategy, and ${
          amounts.join(" or ")
        }, as it was trained`,
    );
  }
  if (!isTimmName(model) && !model.startsWith("local-dir:")) {
    throw new UsageError(
      `Cannot open student: --student-model is ${model}, expected a timm name or local-dir:PATH, of which only the ` +
        `architecture is read: the weights are those of ${checkpoint}`,
    );
  }
  const settings = (await readManifest(rolloutDir))?.settings;
  return {
    model: await describeModel({ model, args, weightsDir: "" }),
    degradation,
    maps: settings && { grid: settings.grid, view: settings.preprocessing },
  };
}
