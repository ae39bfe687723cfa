/**
 * Several students in worker threads, each of which computes gradients for a part of the batch.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensor } from "../backend/tensors.ts";
import { WorkerPool } from "../threads/worker_pool.ts";
import type { Student } from "../model/student.ts";
import type { StudentDescription } from "../model/student_checkpoint.ts";
import type { Phase } from "../run/run_folder.ts";
import type { GradientRequest, GradientResponse, GradientSetup } from "./gradient_worker.ts";
import { piecesOf } from "../threads/pieces.ts";
import { SharedParameters } from "./shared_parameters.ts";
import { trainedParameters } from "./train_step.ts";
import type { Example } from "./training_batch.ts";

/** What a pool works for, and how. */
export interface GradientPoolOptions {
  /** The student that is trained; it stays the caller's. */
  readonly student: Student;
  /** What it is and sees. */
  readonly description: StudentDescription;
  /** Worker threads at most. */
  readonly workers: number;
  /** The BLAS library of the wasm backend, as when that was opened. */
  readonly blas: string;
}

/** A batch's mean loss and its gradients, which the caller disposes. */
export interface PooledGradients {
  /** Over all examples. */
  readonly loss: number;
  /** By parameter, each of its parameter's shape. */
  readonly gradients: Readonly<Record<string, Tensor>>;
}

/** Computes gradients in worker threads on the wasm backend, each with a copy of the student. */
export class GradientPool implements Disposable {
  readonly #student: Student;
  readonly #setup: GradientSetup;
  readonly #parameters: SharedParameters;
  readonly #gradients: SharedParameters[] = [];
  readonly #pool: WorkerPool<GradientRequest, GradientResponse>;
  readonly #workers: number;
  #isPublished = false;

  /**
   * Makes a pool; the workers start when there is something to do.
   *
   * @throws {RangeError} When `workers` is not a positive integer.
   */
  constructor({ student, description, workers, blas }: GradientPoolOptions) {
    const workerUrl = new URL("./gradient_worker.ts", import.meta.url);
    this.#pool = new WorkerPool({ workers, workerUrl, purpose: "compute gradients" });
    this.#student = student;
    this.#workers = workers;
    this.#parameters = SharedParameters.like(student.parameters);
    this.#setup = { description, parameters: this.#parameters.handle, blas };
  }

  /**
   * Computes the mean loss of a batch and its gradients.
   *
   * @param phase Which parameters are trained; the others have not changed since the pool was made.
   */
  async compute(examples: readonly Example[], phase: Phase): Promise<PooledGradients> {
    this.#publish(phase);
    const shares = this.#divide(examples);
    const responses = await Promise.all(shares.map((share, index) => {
      this.#gradients[index] ??= SharedParameters.like(this.#student.parameters);
      const gradients = this.#gradients[index].handle;
      const request = { setup: this.#setup, phase, examples: share, gradients };
      return this.#pool.run({ ...request, batchSize: examples.length }, {
        item: `part ${index + 1} of a batch`,
      });
    }));
    const names = trainedParameters(this.#student, phase).keys();
    return {
      loss: responses.reduce((sum, { loss }) => sum + loss, 0),
      gradients: Object.fromEntries(names.map((name) => [name, this.#sum(name, shares.length)])),
    };
  }

  /** Ends the workers; what they have not answered is rejected. */
  [Symbol.dispose](): void {
    this.#pool.close();
  }

  /** Shows the workers the parameters: all at first, later those that the last step changed. */
  #publish(phase: Phase): void {
    const { parameters } = this.#student;
    const changed = this.#isPublished ? trainedParameters(this.#student, phase) : parameters;
    this.#parameters.write(changed);
    this.#isPublished = true;
  }

  /** A share for each worker, none of them empty, in order. */
  #divide(examples: readonly Example[]): Example[][] {
    const size = Math.ceil(examples.length / this.#workers);
    return piecesOf(examples, size);
  }

  /** Adds the shares' gradients up, always in the same order. */
  #sum(name: string, shares: number): Tensor {
    return tf.tidy(() =>
      this.#gradients.slice(0, shares).map((gradients) => gradients.tensor(name))
        .reduce((sum, gradient) => sum.add(gradient))
    );
  }
}
