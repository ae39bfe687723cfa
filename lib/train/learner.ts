/**
 * Who takes a training's steps: the backend as it is, or several worker threads.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Scalar } from "../backend/tensors.ts";
import type { Student } from "../model/student.ts";
import type { StudentDescription } from "../model/student_checkpoint.ts";
import type { Phase } from "../run/run_folder.ts";
import { countWorkers, machineSize } from "../threads/count_workers.ts";
import type { Adam } from "./adam.ts";
import { GradientPool, type GradientPoolOptions } from "./gradient_pool.ts";
import { activationBytes, photosInPass } from "./pass_size.ts";
import { trainStep } from "./train_step.ts";
import { type Example, makeBatch } from "./training_batch.ts";

/** What a step trains, and how. */
export interface StepOptions {
  /** Which parameters. */
  readonly phase: Phase;
  /** Holds their moments. */
  readonly optimiser: Adam;
}

/** A step that is taken: a GPU may still be at it. */
export interface TakenStep {
  /** The loss before the step. */
  readonly loss: Promise<number>;
}

/** A batch that is where the step needs it. */
export interface PreparedBatch {
  /** Takes one step and frees the batch; the next step may begin when this one is taken. */
  step(options: StepOptions): Promise<TakenStep>;
  /** Frees a batch that no step is taken on. */
  dispose(): void;
}

/** Takes steps. */
export interface Learner extends Disposable {
  /** Brings a batch to where the step needs it, which on a GPU can happen while another is learnt. */
  prepare(examples: readonly Example[]): PreparedBatch;
}

/** What a learner is set up for. */
export interface LearnerOptions extends Omit<GradientPoolOptions, "workers"> {
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
    prepare(examples) {
      const batch = makeBatch(examples, description);
      const dispose = () => tf.dispose(Object.values(batch));
      const step = (options: StepOptions) => {
        const loss = trainStep(student, { batch, ...options });
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
function learnInWorkers(options: GradientPoolOptions): Learner {
  const pool = new GradientPool(options);
  return {
    prepare: (examples) => ({
      async step({ phase, optimiser }) {
        const { loss, gradients } = await pool.compute(examples, phase);
        optimiser.step(gradients);
        tf.dispose(gradients);
        return { loss: Promise.resolve(loss) };
      },
      dispose() {},
    }),
    [Symbol.dispose]: () => pool[Symbol.dispose](),
  };
}
