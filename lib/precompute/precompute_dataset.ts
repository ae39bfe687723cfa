/**
 * The first stage from a model's name to a complete cache.
 *
 * @module
 */
import type { CacheManifest } from "../cache/manifest.ts";
import { listImages } from "../dataset/image_folder.ts";
import { loadPretrained, type ModelSource } from "../model/model_source.ts";
import { countParameters } from "../model/parameters.ts";
import { createTeacher, type TeacherRollout } from "../teacher/teacher.ts";
import { precompute, type PrecomputeOptions } from "./precompute.ts";

/** Which teacher maps which photos, and how. */
export interface PrecomputeDatasetOptions
  extends Omit<PrecomputeOptions, "teacher" | "settings" | "paths"> {
  /** The teacher. */
  readonly source: ModelSource;
  /** How its attention becomes a map. */
  readonly rollout: TeacherRollout;
  /** Photos to a shard. */
  readonly shardSize: number;
  /** Called when the teacher is loaded, with its number of parameters and the grid of its maps. */
  readonly onTeacher?: (teacher: { parameters: number; grid: readonly [number, number] }) => void;
}

/**
 * Loads a teacher, maps every photo of a data set (or those that an interrupted run left) and frees it.
 *
 * @returns The manifest of the complete cache.
 * @throws As {@linkcode loadPretrained} and {@linkcode precompute} do.
 */
export async function precomputeDataset(
  options: PrecomputeDatasetOptions,
): Promise<CacheManifest> {
  const { source, rollout, shardSize, onTeacher, ...rest } = options;
  const paths = await listImages(options.datasetPath); // a wrong folder should not cost a download
  const { model, description, weightsSha256 } = await loadPretrained(source);
  try {
    onTeacher?.({ parameters: countParameters(description.config), grid: model.grid });
    return await precompute({
      ...rest,
      paths,
      teacher: createTeacher(model, { preprocessing: description.preprocessing, rollout }),
      settings: {
        teacher: { name: source.model, args: source.args ?? {}, weightsSha256 },
        rollout,
        shardSize,
      },
    });
  } finally {
    model.dispose();
  }
}
