/**
 * The teacher that a user names, and how a cache records it.
 *
 * @module
 */
import { computesInHalf } from "../backend/half_precision.ts";
import { locateModel, type ModelSource } from "../model/model_source.ts";
import { countParameters } from "../model/parameters.ts";
import { sha256OfWeights } from "../model/weights_identity.ts";
import { openTeacher } from "../teacher/open_teacher.ts";
import type { Teacher, TeacherRollout } from "../teacher/teacher.ts";
import type { PrecomputeOptions } from "./precompute.ts";

/** Which teacher, and how it works. */
export interface NamedTeacherOptions {
  /** The teacher. */
  readonly source: ModelSource;
  /** How its attention becomes a map. */
  readonly rollout: TeacherRollout;
  /** Photos to a shard. */
  readonly shardSize: number;
  /** The BLAS library of the wasm backend, as when that was opened. */
  readonly blas?: string;
  /** Teachers side by side on the wasm backend; as many as the machine takes when not given. */
  readonly modelWorkers?: number;
  /** Called when the teacher is ready, with its parameters, its maps' grid, and how many of it there are. */
  readonly onTeacher?: (
    teacher: { parameters: number; grid: readonly [number, number]; workers: number },
  ) => void;
}

/** A teacher that is loaded, and what a cache says of it. */
export interface NamedTeacher extends Pick<PrecomputeOptions, "settings"> {
  /** The teacher; the caller disposes it. */
  readonly teacher: Teacher & Disposable;
}

/**
 * Loads a teacher; a backend must be open.
 *
 * @throws As {@linkcode locateModel} and {@linkcode openTeacher} do.
 */
export async function openNamedTeacher(
  { source, rollout, shardSize, blas, modelWorkers, onTeacher }: NamedTeacherOptions,
): Promise<NamedTeacher> {
  const located = await locateModel(source);
  const { description: { config }, commit } = located;
  const weightsSha256 = await sha256OfWeights(located.weightsPath);
  const teacher = await openTeacher(located, { rollout, blas, workers: modelWorkers });
  const { workers, grid } = teacher;
  onTeacher?.({ parameters: countParameters(config), grid, workers });
  const settings = {
    teacher: {
      name: source.model,
      args: source.args ?? {},
      weightsSha256,
      ...(commit !== undefined && { commit }),
    },
    rollout,
    ...(computesInHalf() && { precision: "float16" as const }),
    shardSize,
  };
  return { teacher, settings };
}
