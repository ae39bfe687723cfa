/**
 * Students as predictors: the trained one, and what it was before training.
 *
 * @module
 */
import { evaluationMaskKey } from "../dataset/mask_key.ts";
import { predictMaps } from "../dataset/predict_maps.ts";
import type { ViewedPhoto } from "../dataset/student_view.ts";
import { initialModel } from "../model/model_source.ts";
import type { Student } from "../model/student.ts";
import { createStudent, type StudentDescription } from "../model/student_checkpoint.ts";
import { Random } from "../random/random.ts";
import type { PredictorEntry } from "../run/evaluation_file.ts";
import type { MapPredictor, PreparedPhoto } from "./map_predictor.ts";

/** A student, and how photos are shown to it. */
export interface SeeingStudent {
  /** The student; it stays the caller's. */
  readonly student: Student;
  /** Its view of a photo. */
  readonly description: StudentDescription;
  /** Where masks are drawn from. */
  readonly seed: number;
}

/** Predicts what a student says of its degraded view. */
export function studentPredictor(
  entry: PredictorEntry,
  { student, description, seed }: SeeingStudent,
): MapPredictor {
  const predict = (photos: readonly PreparedPhoto[]) =>
    predictMaps(photos.map((photo) => viewedPhoto(photo, { seed })), { student, description });
  return { ...entry, predict };
}

/** A photo as the student is shown it in an evaluation: equal seeds hide the same of its patches. */
export function viewedPhoto(
  { path, pixels }: PreparedPhoto,
  { seed }: { seed: number },
): ViewedPhoto {
  return { data: pixels.data, maskKey: evaluationMaskKey(seed, path) };
}

/**
 * Makes a student of the same architecture with random weights, base and projection: as `train
 * --from-scratch` with this seed starts, so that nothing of the training is left, nor of a pretrained base.
 *
 * @returns A student that the caller disposes.
 */
export function untrainedStudent(
  { model, grid }: StudentDescription,
  { seed }: { seed: number },
): Student {
  const base = initialModel(model.config, Random.from("student", seed));
  return createStudent(base, { grid, random: Random.from("projection", seed) });
}
