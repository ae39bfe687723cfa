/**
 * The first stage from a model's name to a complete cache.
 *
 * @module
 */
import { computesInHalf } from "../backend/half_precision.ts";
import type { CacheManifest } from "../cache/manifest.ts";
import { requireSameViews } from "../cache/view_writer.ts";
import { listImages } from "../dataset/image_folder.ts";
import { sha256OfFile } from "../files/sha256.ts";
import { locateModel, type ModelSource } from "../model/model_source.ts";
import { countParameters } from "../model/parameters.ts";
import { openTeacher } from "../teacher/open_teacher.ts";
import type { TeacherRollout } from "../teacher/teacher.ts";
import { precompute, type PrecomputeOptions } from "./precompute.ts";
import {
  precomputeViews,
  type PrecomputeViewsOptions,
  type ViewChoice,
  viewSettingsOf,
} from "./precompute_views.ts";

/** Which teacher maps which photos, and how. */
export interface PrecomputeDatasetOptions
  extends Omit<PrecomputeOptions, "teacher" | "settings" | "paths"> {
  /** The teacher. */
  readonly source: ModelSource;
  /** How its attention becomes a map. */
  readonly rollout: TeacherRollout;
  /** Augmented views to map beside each photo; without it, views that are there stay. */
  readonly views?: ViewChoice;
  /** Called at the start of the work on views and after each batch of it. */
  readonly onViewProgress?: PrecomputeViewsOptions["onProgress"];
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

/**
 * Loads a teacher, maps every photo of a data set (or those that an interrupted run left), then their
 * views where they are asked for, and frees it.
 *
 * @returns The manifest of the complete cache.
 * @throws As {@linkcode openTeacher}, {@linkcode precompute} and {@linkcode precomputeViews} do.
 */
export async function precomputeDataset(
  options: PrecomputeDatasetOptions,
): Promise<CacheManifest> {
  const { source, rollout, shardSize, onTeacher, blas, modelWorkers, views, ...rest } = options;
  const paths = await listImages(options.datasetPath); // a wrong folder should not cost a download
  if (views && !options.overwrite) {
    await requireSameViews(options.rolloutDir, viewSettingsOf(views)); // nor should other views
  }
  const located = await locateModel(source);
  const { config } = located.description;
  using teacher = await openTeacher(located, { rollout, blas, workers: modelWorkers });
  const { workers } = teacher;
  onTeacher?.({ parameters: countParameters(config), grid: teacher.grid, workers });
  const manifest = await precompute({
    ...rest,
    paths,
    teacher,
    settings: {
      teacher: {
        name: source.model,
        args: source.args ?? {},
        weightsSha256: await sha256OfFile(located.weightsPath),
      },
      rollout,
      ...(computesInHalf() && { precision: "float16" }),
      shardSize,
    },
  });
  if (!views) return manifest;
  return await precomputeViews({ ...rest, teacher, views, onProgress: options.onViewProgress });
}
