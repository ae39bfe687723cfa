/**
 * Sets a teacher up as it suits the backend and the machine.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { loadLocated, type LocatedModel } from "../model/located_model.ts";
import { locateModel, type ModelSource } from "../model/model_source.ts";
import { sizeOfWeights } from "../model/weights_identity.ts";
import { countWorkers, machineSize } from "../threads/count_workers.ts";
import { createTeacher, defaultRollout, type Teacher, type TeacherRollout } from "./teacher.ts";
import { TeacherPool } from "./teacher_pool.ts";

/** A teacher that is set up; disposing of it frees its model. */
export interface OpenTeacher extends Teacher, Disposable {
  /** How many of it work side by side. */
  readonly workers: number;
}

/** How a teacher is set up. */
export interface OpenTeacherOptions {
  /** How its attention becomes a map; {@linkcode defaultRollout} when not given. */
  readonly rollout?: TeacherRollout;
  /** The BLAS library of the wasm backend, as when that was opened. */
  readonly blas?: string;
  /** Teachers side by side on the wasm backend; as many as the machine takes when not given. */
  readonly workers?: number;
}

/**
 * Loads a teacher: on the wasm backend one in each of several worker threads, else one on the backend,
 * which must be open.
 *
 * @param model By its name or place, or found already.
 * @returns The teacher; the caller disposes it, for instance with `using`, which ends its threads.
 * @throws As {@linkcode locateModel} does.
 * @throws {SyntaxError} When the weights do not fit.
 * @throws {RangeError} When `workers` is not a positive integer.
 */
export async function openTeacher(
  model: ModelSource | LocatedModel,
  { rollout = defaultRollout, blas = "auto", workers }: OpenTeacherOptions = {},
): Promise<OpenTeacher> {
  const located = "weightsPath" in model ? model : await locateModel(model);
  const count = tf.getBackend() === "wasm" ? workers ?? await fittingWorkers(located) : 1;
  if (count !== 1) {
    const pool = new TeacherPool({ located, rollout, blas }, { workers: count });
    await pool.load();
    return Object.assign(pool, { workers: count });
  }
  const vit = await loadLocated(located);
  const { preprocessing } = located.description;
  return {
    ...createTeacher(vit, { preprocessing, rollout }),
    workers: 1,
    [Symbol.dispose]: () => vit.dispose(),
  };
}

/** The weights lie on a worker's heap, beside them the activations of a few photos. */
async function fittingWorkers({ weightsPath }: LocatedModel): Promise<number> {
  return countWorkers({ bytes: 2 * await sizeOfWeights(weightsPath) }, machineSize());
}
