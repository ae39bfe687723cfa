/**
 * Who takes a training's steps: the backend as it is, or several worker threads.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Scalar, Tensor2D } from "../backend/tensors.ts";
import type { Student } from "../model/student.ts";
import type { StudentDescription } from "../model/student_checkpoint.ts";
import type { Phase } from "../run/run_folder.ts";
import { countWorkers, machineSize } from "../threads/count_workers.ts";
import type { Adam } from "./adam.ts";
import { activationBytes, photosInPass } from "./pass_size.ts";
import { StudentPool, type StudentPoolOptions } from "./student_pool.ts";
import { projectionLossAndGradients, trainStep } from "./train_step.ts";
import { type Example, makeBatch, targetsOf } from "./training_batch.ts";

/** A step that is taken: a GPU may still be at it. */
export interface TakenStep {
  /** The loss before the step. */
  readonly loss: Promise<number>;
}

/** A batch that is where the step needs it. */
export interface PreparedBatch {
  /** Takes one step and frees the batch; the next step may begin when this one is taken. */
  step(optimiser: Adam): Promise<TakenStep>;
  /** Frees a batch that no step is taken on. */
  dispose(): void;
}

/** Takes steps. */
export interface Learner extends Disposable {
  /**
   * Brings a batch to where the step needs it, and in worker threads already through a frozen base: both
   * can happen while another is learnt.
   *
   * @param phase Which parameters the step trains; once all are, the base is never frozen again.
   */
  prepare(examples: readonly Example[], phase: Phase): PreparedBatch;
}

/** What a learner is set up for. */
export interface LearnerOptions extends Omit<StudentPoolOptions, "workers"> {
  /** Photos in a batch. */
  readonly batchSize: number;
  /** Students side by side on the wasm backend; as many as the machine takes when not given. */
  readonly workers?: number;
}

/**
 * Sets a learner up: on the wasm backend in several worker threads, where the machine has them.
 *
 * @throws {RangeError} When `workers` is not a positive integer.
 */
export function openLearner(options: LearnerOptions): Learner {
  const { student, description } = options;
  const workers = tf.getBackend() === "wasm" ? options.workers ?? fittingWorkers(options) : 1;
  if (workers === 1) return learnHere(student, description);
  return learnInWorkers({ ...options, workers });
}

function fittingWorkers({ student, batchSize }: LearnerOptions): number {
  const { config } = student.base;
  const parameters = 4 * student.parameterCount; // here and shared, and their gradients
  const bytes = photosInPass(config) * activationBytes(config) +
    parameters * Float32Array.BYTES_PER_ELEMENT;
  return countWorkers({ bytes, most: batchSize }, machineSize());
}

/** Learns on the backend. */
function learnHere(student: Student, description: StudentDescription): Learner {
  return {
    prepare(examples, phase) {
      const batch = makeBatch(examples, description);
      const dispose = () => tf.dispose(Object.values(batch));
      const step = (optimiser: Adam) => {
        const loss = trainStep(student, { batch, phase, optimiser });
        dispose();
        return Promise.resolve({ loss: readScalar(loss) });
      };
      return { step, dispose };
    },
    [Symbol.dispose]() {},
  };
}

async function readScalar(scalar: Scalar): Promise<number> {
  const [value] = await scalar.data();
  scalar.dispose();
  return value;
}

/** Learns in worker threads; the parameters and the optimiser stay here. */
function learnInWorkers(options: StudentPoolOptions): Learner {
  const pool = new StudentPool(options);
  const { student, description } = options;
  return {
    prepare: (examples, phase) =>
      phase === "linear"
        ? projectionBatch(pool.features(examples), {
          student,
          targets: () => targetsOf(examples, description),
        })
        : wholeBatch(pool, examples),
    [Symbol.dispose]: () => pool[Symbol.dispose](),
  };
}

/** The base is frozen: what it makes of a batch does not depend on the steps before. */
function projectionBatch(
  features: Promise<Tensor2D>,
  { student, targets }: { student: Student; targets: () => Tensor2D },
): PreparedBatch {
  const whenDone = features.catch(() => undefined); // who takes the step is told
  return {
    async step(optimiser) {
      const batch = { features: await features, targets: targets() };
      const { loss, gradients } = projectionLossAndGradients(student, batch);
      optimiser.step(gradients);
      tf.dispose([batch.features, batch.targets, gradients]);
      return { loss: readScalar(loss) };
    },
    dispose() {
      whenDone.then((features) => features?.dispose());
    },
  };
}

function wholeBatch(pool: StudentPool, examples: readonly Example[]): PreparedBatch {
  return {
    async step(optimiser) {
      const { loss, gradients } = await pool.gradients(examples);
      optimiser.step(gradients);
      tf.dispose(gradients);
      return { loss: Promise.resolve(loss) };
    },
    dispose() {},
  };
}
