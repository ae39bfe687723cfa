/**
 * The teacher's maps of photos: from the cache where it has them, else from the teacher itself.
 *
 * @module
 */
import { computesInHalf } from "../backend/half_precision.ts";
import type { RolloutCache } from "../cache/rollout_cache.ts";
import type { CroppedPhoto } from "../dataset/read_photos.ts";
import { type MapGeometry, requireSameCrop } from "../dataset/same_crop.ts";
import { atCommit } from "../model/model_address.ts";
import { describeModel, loadPretrained, type ModelSource } from "../model/model_source.ts";
import { countParameters } from "../model/parameters.ts";
import type { StudentDescription } from "../model/student_checkpoint.ts";
import type { VisionTransformer } from "../model/vision_transformer.ts";
import { gridOf } from "../model/vit_config.ts";
import { createTeacher, type Teacher } from "../teacher/teacher.ts";
import {
  type KnownTeachers,
  planTeacher,
  type TeacherChoice,
  type TeacherPlan,
} from "./teacher_plan.ts";

/** Where maps may lie already, and what they are to be compared with. */
export interface TeacherMapsOptions {
  /** The cache's folder. */
  readonly rolloutDir: string;
  /** The cache in it, if there is a complete one. */
  readonly cache?: RolloutCache;
  /** Which teachers made that cache, or an incomplete one in its place, and the student's. */
  readonly known: KnownTeachers;
  /** The student that the maps are set beside. */
  readonly student: StudentDescription;
}

/** A map, and whether the teacher had to be asked for it. */
export interface TeacherMap {
  /** Raw, before division by its maximum: [gridHeight, gridWidth]. */
  readonly map: Float32Array;
  /** Whether it lay in the cache. */
  readonly isCached: boolean;
}

/** Gives the teacher's maps; the teacher is loaded when the first photo comes that the cache lacks. */
export class TeacherMaps implements Disposable {
  readonly #plan: TeacherPlan;
  readonly #source: ModelSource;
  readonly #options: TeacherMapsOptions;
  #loaded?: { readonly model: VisionTransformer; readonly teacher: Teacher };

  /** Settles which teacher is meant; nothing is read yet. */
  constructor(choice: TeacherChoice, options: TeacherMapsOptions) {
    this.#plan = planTeacher(choice, options.known);
    const { model, args, commit } = this.#plan;
    this.#source = { ...choice, model: atCommit(model, commit), args };
    this.#options = options;
  }

  /** The teacher as the user, or the maker of its cache, named it. */
  get name(): string {
    return this.#plan.model;
  }

  /**
   * Gives the map of one photo.
   *
   * @throws {Error} When the cache or the teacher has another crop or grid than the student was trained
   * for, or the teacher is no longer the one that made the cache or taught the student.
   * @throws As {@linkcode loadPretrained} and {@linkcode RolloutCache.readMap} do.
   */
  async mapOf({ path, isInDataset, crop }: CroppedPhoto): Promise<TeacherMap> {
    const { cache, rolloutDir, student } = this.#options;
    if (this.#plan.isCached && isInDataset && cache?.has(path)) {
      requireSameCrop(cache.manifest.settings, {
        student,
        owner: `the cache ${rolloutDir}`,
        remedy: "name the student's cache with --rollout-dir",
      });
      return { map: await cache.readMap(path), isCached: true };
    }
    this.#loaded ??= await this.#load();
    return { map: await this.#loaded.teacher.maps([crop]), isCached: false };
  }

  /** Counts the teacher's parameters, from its description alone where it can; null if it cannot. */
  async countParameters(): Promise<number | null> {
    if (this.#loaded) return countParameters(this.#loaded.model.config);
    try {
      return countParameters((await describeModel(this.#source)).config);
    } catch {
      return null; // what the sheet shows comes from the cache: it can do without
    }
  }

  /** Frees the teacher. */
  [Symbol.dispose](): void {
    this.#loaded?.model.dispose();
    this.#loaded = undefined;
  }

  async #load(): Promise<{ model: VisionTransformer; teacher: Teacher }> {
    this.#requirePrecision();
    const { config, preprocessing: expected } = await describeModel(this.#source);
    this.#requireStudentsCrop({ preprocessing: expected, grid: gridOf(config) }); // before any download
    const { model, description, weightsSha256 } = await loadPretrained(this.#source);
    try {
      const { preprocessing } = description;
      const teacher = createTeacher(model, { preprocessing, rollout: this.#plan.rollout });
      this.#requireSameWeights(weightsSha256);
      this.#requireStudentsCrop(teacher); // the downloaded description may differ from the name's
      return { model, teacher };
    } catch (error) {
      model.dispose();
      throw error;
    }
  }

  #requireStudentsCrop(maps: MapGeometry): void {
    requireSameCrop(maps, {
      student: this.#options.student,
      owner: `the teacher ${this.name}`,
      remedy: "choose the student's teacher with --teacher-model and --teacher-args",
    });
  }

  /** Maps that lie in the cache are shown on any backend; others must be computed as those were. */
  #requirePrecision(): void {
    if (!this.#plan.half || computesInHalf()) return;
    throw new Error(
      "Cannot map photos: the backend computes in float32, expected half precision as the cache or the " +
        "student's teacher does; add --half, or --no-half for maps of float32",
    );
  }

  /** Maps of two teachers must not stand in one column, nor another's as those of the student's. */
  #requireSameWeights(weightsSha256: string): void {
    const expected = this.#plan.weightsSha256;
    if (expected === undefined || expected === weightsSha256) return;
    const [owner, remedy] = this.#options.known.cached
      ? ["the cache's", "make the cache again with precompute --overwrite"]
      : ["those of the student's teacher,", "say which teacher is meant with --teacher-model"];
    throw new Error(
      `Cannot map photos: the weights of ${this.name} have the SHA-256 ${weightsSha256}, expected ` +
        `${owner} ${expected}; put those back, or ${remedy}`,
    );
  }
}
