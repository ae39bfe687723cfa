/**
 * Which teacher is meant, from what the user says and what the cache was made with.
 *
 * @module
 */
import { z } from "zod";
import type { CacheSettings } from "../cache/settings.ts";
import { rolloutOptions, teacherOptions } from "../config/options.ts";
import type { ModelArgs } from "../model/model_args.ts";
import type { ModelSource } from "../model/model_source.ts";
import type { TeacherRollout } from "../teacher/teacher.ts";

/** What the user says about the teacher; the cache, or the usual defaults, say the rest. */
export interface TeacherChoice extends Omit<ModelSource, "model"> {
  /** Which model, as in {@linkcode ModelSource.model}. */
  readonly model?: string;
  /** How its attention becomes a map. */
  readonly rollout?: Partial<TeacherRollout>;
}

/** A teacher that is settled. */
export interface TeacherPlan {
  /** Which model, as in {@linkcode ModelSource.model}. */
  readonly model: string;
  /** timm's `model_args` over the named architecture. */
  readonly args: ModelArgs;
  /** How its attention becomes a map. */
  readonly rollout: TeacherRollout;
  /** Whether the cache's maps are this teacher's, rolled out this way. */
  readonly isCached: boolean;
}

type Basis = Pick<CacheSettings, "rollout"> & {
  readonly teacher: Pick<CacheSettings["teacher"], "name" | "args">;
};

/**
 * Settles the teacher: what the user says goes before the cache's settings, they go before the defaults
 * of `precompute`; another model than the cache's does not take over the cache's arguments.
 */
export function planTeacher(choice: TeacherChoice, cached?: CacheSettings): TeacherPlan {
  const { teacher, rollout: base } = cached ?? defaults();
  const model = choice.model ?? teacher.name;
  const rollout = {
    mode: choice.rollout?.mode ?? base.mode,
    headFusion: choice.rollout?.headFusion ?? base.headFusion,
    discardRatio: choice.rollout?.discardRatio ?? base.discardRatio,
  };
  const isNamed = model === teacher.name;
  const args = choice.args ?? (isNamed ? teacher.args : {});
  const asked = JSON.stringify([model, args, rollout]);
  return { model, args, rollout, isCached: cached !== undefined && asked === describe(cached) };
}

function describe({ teacher: { name, args }, rollout }: Basis): string {
  const { mode, headFusion, discardRatio } = rollout;
  return JSON.stringify([name, args, { mode, headFusion, discardRatio }]);
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
