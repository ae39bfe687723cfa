/**
 * What a run's `config.json` says.
 *
 * @module
 */
import type { CacheManifest } from "../cache/manifest.ts";
import type { ViewSettings } from "../cache/view_settings.ts";
import type { RunConfig } from "./start_run.ts";
import type { CompleteTrainStudentOptions } from "./train_student_options.ts";

/** What a run begins with besides its options. */
export interface RunBasis extends Pick<CacheManifest, "settings" | "dataset"> {
  /** The commit on the hub that the student's base is of, if it is from there. */
  readonly commit: string | undefined;
  /** The cached views, where they are what is learnt. */
  readonly replayed: ViewSettings | undefined;
}

/** What decides a run's result; `evaluate` reads the held-out share and the data set from it. */
export function runConfigOf(
  options: CompleteTrainStudentOptions,
  { settings, dataset, commit, replayed }: RunBasis,
): RunConfig {
  const { source: { model, args }, fromScratch, degradation, training } = options;
  return {
    studentModel: model,
    ...(commit !== undefined && { studentCommit: commit }),
    studentArgs: args,
    fromScratch,
    degradation,
    ...training,
    dataset,
    cache: settings,
    ...(replayed && { views: replayed }),
  };
}
