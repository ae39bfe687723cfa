/**
 * Everybody who predicts in an evaluation: the student, what it must beat, and what it cannot beat.
 *
 * @module
 */
import type { RolloutCache } from "../cache/rollout_cache.ts";
import type { StudentCheckpoint, StudentDescription } from "../model/student_checkpoint.ts";
import type { PredictorEntry } from "../run/evaluation_file.ts";
import { type CachedTeacherOptions, openCachedTeacher } from "../teacher/cached_teacher.ts";
import { centredGaussian, meanMap } from "./baselines.ts";
import { constantPredictor, type MapPredictor, otherPhotoPredictor } from "./map_predictor.ts";
import { studentPredictor, untrainedStudent } from "./student_predictor.ts";
import { degradedTeacher, mirroredTeacher } from "./teacher_predictors.ts";

/** Who predicts, under the names that files use; titles are short, for a table to fit a terminal. */
const entries = {
  student: { name: "student", title: "student", kind: "student" },
  uniform: { name: "uniform", title: "uniform", kind: "baseline" },
  gaussian: { name: "gaussian", title: "centred Gaussian", kind: "baseline" },
  meanMap: { name: "meanMap", title: "mean training map", kind: "baseline" },
  otherImage: { name: "otherImage", title: "another photo's map", kind: "baseline" },
  untrained: { name: "untrained", title: "untrained student", kind: "baseline" },
  degradedTeacher: { name: "degradedTeacher", title: "teacher, same view", kind: "baseline" },
  mirrored: { name: "mirrored", title: "teacher, mirrored", kind: "ceiling" },
} as const satisfies Record<string, PredictorEntry>;

/** What predictors are made of. */
export interface PredictorOptions {
  /** The student; it stays the caller's. */
  readonly checkpoint: StudentCheckpoint;
  /** The teacher's maps. */
  readonly cache: RolloutCache;
  /** Photos of the cache that the student may have been trained on; at least one. */
  readonly training: readonly string[];
  /** Where masks, other photos and random weights are drawn from. */
  readonly seed: number;
  /** How the teacher is opened; without it, it does not predict. */
  readonly teacher?: CachedTeacherOptions;
  /** Stops the reading of the training photos' maps. */
  readonly signal?: AbortSignal;
}

/** Predictors, the student first; disposing of them frees their models, but not the student. */
export interface OpenPredictors extends Disposable {
  /** The predictors, in the order of tables. */
  readonly predictors: readonly MapPredictor[];
}

/**
 * Sets up the student and, beside it, a uniform map, a centred Gaussian, the mean training map, another
 * photo's map, the untrained student and, where the teacher may be opened, the teacher on the student's view
 * and on the mirrored photo.
 *
 * @throws As {@linkcode meanMap} and {@linkcode openCachedTeacher} do.
 */
export async function openPredictors(options: PredictorOptions): Promise<OpenPredictors> {
  const { checkpoint: { student, description }, cache, training, seed, signal } = options;
  using opened = new DisposableStack();
  const byTeacher = await teacherPredictors(description, { ...options, opened });
  const mean = await meanMap(cache, { paths: training, signal });
  const untrained = untrainedStudent(description, { seed });
  opened.defer(() => untrained.dispose());
  const predictors = [
    studentPredictor(entries.student, { student, description, seed }),
    constantPredictor(entries.uniform, uniformMap(description.grid)),
    constantPredictor(entries.gaussian, centredGaussian(description.grid)),
    constantPredictor(entries.meanMap, mean),
    otherPhotoPredictor(entries.otherImage, { cache, others: training, seed }),
    studentPredictor(entries.untrained, { student: untrained, description, seed }),
    ...byTeacher,
  ];
  const kept = opened.move();
  return { predictors, [Symbol.dispose]: () => kept.dispose() };
}

async function teacherPredictors(
  description: StudentDescription,
  { cache, teacher: options, seed, opened }: PredictorOptions & { opened: DisposableStack },
): Promise<MapPredictor[]> {
  if (!options) return [];
  const teacher = opened.use(await openCachedTeacher(cache.manifest.settings, options));
  return [
    degradedTeacher(entries.degradedTeacher, { teacher, description, seed }),
    mirroredTeacher(entries.mirrored, { teacher }),
  ];
}

/** ½ everywhere: the probability that says nothing, which a division by the maximum would make 1. */
function uniformMap([gridHeight, gridWidth]: readonly [number, number]): Float32Array {
  return new Float32Array(gridHeight * gridWidth).fill(0.5);
}
