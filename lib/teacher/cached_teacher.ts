/**
 * The teacher that made a cache, for maps of other pictures than the cached ones.
 *
 * @module
 */
import type { CacheSettings } from "../cache/settings.ts";
import type { LocatedModel } from "../model/located_model.ts";
import { atCommit } from "../model/model_address.ts";
import { locateModel, type ModelSource } from "../model/model_source.ts";
import { sha256OfWeights } from "../model/weights_identity.ts";
import { type OpenTeacher, openTeacher, type OpenTeacherOptions } from "./open_teacher.ts";

/** Where its weights may lie, and how it is set up. */
export type CachedTeacherOptions =
  & Omit<ModelSource, "model" | "args">
  & Omit<OpenTeacherOptions, "rollout">;

/**
 * Opens the teacher of a cache, under the name that its maker gave it; it computes in the backend's
 * precision, also where the cache is of float16.
 *
 * @param settings Those of the cache: `manifest.settings`.
 * @param options Where the weights may lie, and how the teacher is set up.
 * @returns The teacher; the caller disposes it.
 * @throws {Error} When its weights are no longer those of the cache.
 * @throws As {@linkcode locateModel} and {@linkcode openTeacher} do.
 */
export async function openCachedTeacher(
  { teacher, rollout }: Pick<CacheSettings, "teacher" | "rollout">,
  options: CachedTeacherOptions,
): Promise<OpenTeacher> {
  const located = await locateCachedTeacher({ teacher }, options);
  return await openTeacher(located, { ...options, rollout });
}

/**
 * Finds the teacher of a cache.
 *
 * @throws {Error} When its weights are no longer those of the cache.
 * @throws As {@linkcode locateModel} does.
 */
export async function locateCachedTeacher(
  { teacher: { name, args, weightsSha256, commit } }: Pick<CacheSettings, "teacher">,
  { blas: _blas, workers: _workers, ...source }: CachedTeacherOptions,
): Promise<LocatedModel> {
  const located = await locateModel({ ...source, model: atCommit(name, commit), args });
  const actual = await sha256OfWeights(located.weightsPath);
  if (actual === weightsSha256) return located;
  throw new Error(
    `Cannot open the cache's teacher: the weights of ${name} have the SHA-256 ${actual}, expected ` +
      `${weightsSha256}; put those back, or make the cache again with precompute --overwrite`,
  );
}
