/**
 * Which teacher is meant, from what the user says, what the cache was made with and what the student
 * was trained on.
 *
 * @module
 */
import { z } from "zod";
import type { CacheSettings } from "../cache/settings.ts";
import { rolloutOptions, teacherOptions } from "../config/options.ts";
import type { ModelArgs } from "../model/model_args.ts";
import type { ModelSource } from "../model/model_source.ts";
import type { TeacherRollout } from "../teacher/teacher.ts";

/** What the user says about the teacher; the cache, the student, or the usual defaults, say the rest. */
export interface TeacherChoice extends Omit<ModelSource, "model"> {
  /** Which model, as in {@linkcode ModelSource.model}. */
  readonly model?: string;
  /** How its attention becomes a map. */
  readonly rollout?: Partial<TeacherRollout>;
  /** Whether it computes in half precision. */
  readonly half?: boolean;
}

/** What is known of teachers without being told. */
export interface KnownTeachers {
  /** What the cache at hand was made with, complete or not. */
  readonly cached?: CacheSettings;
  /** What the cache was made with that the student was trained on. */
  readonly trainedOn?: CacheSettings;
}

/** A teacher that is settled. */
export interface TeacherPlan {
  /** Which model, as in {@linkcode ModelSource.model}. */
  readonly model: string;
  /** timm's `model_args` over the named architecture. */
  readonly args: ModelArgs;
  /** How its attention becomes a map. */
  readonly rollout: TeacherRollout;
  /** Whether it computes in half precision. */
  readonly half: boolean;
  /** Whether the cache's maps are this teacher's, rolled out this way. */
  readonly isCached: boolean;
  /** SHA-256 that the weights must have, hexadecimal; undefined where any will do. */
  readonly weightsSha256: string | undefined;
  /** The commit on the hub that has those weights, where it is known. */
  readonly commit?: string;
}

type Basis = Pick<CacheSettings, "rollout" | "precision"> & {
  readonly teacher: Omit<CacheSettings["teacher"], "weightsSha256"> & {
    readonly weightsSha256?: string;
  };
};

/**
 * Settles the teacher: what the user says goes before the cache's settings, they go before those that the
 * student was trained on, they before the defaults of `precompute`; another model than the one that would
 * be taken does not take over its arguments.
 */
export function planTeacher(
  choice: TeacherChoice,
  { cached, trainedOn }: KnownTeachers = {},
): TeacherPlan {
  const basis = cached ?? trainedOn ?? defaults();
  const { teacher, rollout: base } = basis;
  const model = choice.model ?? teacher.name;
  const rollout = {
    mode: choice.rollout?.mode ?? base.mode,
    headFusion: choice.rollout?.headFusion ?? base.headFusion,
    discardRatio: choice.rollout?.discardRatio ?? base.discardRatio,
  };
  const isNamed = model === teacher.name;
  const args = choice.args ?? (isNamed ? teacher.args : {});
  const half = choice.half ?? isHalf(basis);
  const asked = JSON.stringify([model, args, rollout, half]);
  const isCached = cached !== undefined && asked === describe(cached);
  // whoever names the student's teacher may mean other weights; the cache's must not be mixed with others
  const isBound = isNamed && (cached !== undefined || choice.model === undefined);
  return {
    model,
    args,
    rollout,
    half,
    isCached,
    weightsSha256: isBound ? teacher.weightsSha256 : undefined,
    ...(isBound && teacher.commit !== undefined && { commit: teacher.commit }),
  };
}

function describe(basis: Basis): string {
  const { teacher: { name, args }, rollout: { mode, headFusion, discardRatio } } = basis;
  return JSON.stringify([name, args, { mode, headFusion, discardRatio }, isHalf(basis)]);
}

function isHalf({ precision }: Basis): boolean {
  return precision === "float16";
}

function defaults(): Basis {
  const { teacherModel, rolloutMode, headFusion, discardRatio } = z.object({
    ...teacherOptions,
    ...rolloutOptions,
  }).parse({});
  return {
    teacher: { name: teacherModel, args: {} },
    rollout: { mode: rolloutMode, headFusion, discardRatio },
  };
}
