/**
 * The classifier of the teacher that made a cache.
 *
 * @module
 */
import type { CacheSettings } from "../cache/settings.ts";
import { loadLocated } from "../model/located_model.ts";
import { type CachedTeacherOptions, locateCachedTeacher } from "./cached_teacher.ts";
import { type Classifier, createClassifier } from "./classifier.ts";

/** A classifier that is set up; disposing of it frees its model. */
export interface CachedClassifier extends Disposable {
  /** Classifies photos prepared as the cache's were. */
  readonly classify: Classifier;
  /** The mean of the photos that it was trained on, R, G and B from 0 to 1. */
  readonly meanColour: readonly [red: number, green: number, blue: number];
}

/**
 * Opens the teacher of a cache as a classifier, on the backend.
 *
 * @throws {Error} When its weights are no longer those of the cache.
 * @throws {RangeError} When it has no classes.
 * @throws As {@linkcode loadLocated} does.
 */
export async function openCachedClassifier(
  settings: Pick<CacheSettings, "teacher">,
  options: CachedTeacherOptions,
): Promise<CachedClassifier> {
  const located = await locateCachedTeacher(settings, options);
  const { preprocessing } = located.description;
  const model = await loadLocated(located);
  try {
    return {
      classify: createClassifier(model, { preprocessing }),
      meanColour: preprocessing.mean,
      [Symbol.dispose]: () => model.dispose(),
    };
  } catch (error) {
    model.dispose();
    throw error;
  }
}
