/**
 * Several students in worker threads, each of which works on a part of the batch.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensor, Tensor2D } from "../backend/tensors.ts";
import { WorkerPool } from "../threads/worker_pool.ts";
import type { Student } from "../model/student.ts";
import type { StudentDescription } from "../model/student_checkpoint.ts";
import { concatenateMaps } from "../rollout/concatenate_maps.ts";
import type { StudentAnswer, StudentRequest, StudentSetup } from "./student_worker.ts";
import { piecesOf } from "../threads/pieces.ts";
import { SharedParameters } from "./shared_parameters.ts";
import type { Example } from "./training_batch.ts";

/** What a pool works for, and how. */
export interface StudentPoolOptions {
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

/** Computes features and gradients in worker threads on the wasm backend, each with a copy of the student. */
export class StudentPool implements Disposable {
  readonly #student: Student;
  readonly #setup: StudentSetup;
  readonly #parameters: SharedParameters;
  readonly #gradients: SharedParameters[] = [];
  readonly #pool: WorkerPool<StudentRequest, StudentAnswer>;
  readonly #workers: number;

  /**
   * Makes a pool; the workers start when there is something to do.
   *
   * @throws {RangeError} When `workers` is not a positive integer.
   */
  constructor({ student, description, workers, blas }: StudentPoolOptions) {
    const workerUrl = new URL("./student_worker.ts", import.meta.url);
    this.#pool = new WorkerPool({ workers, workerUrl, purpose: "train in a worker" });
    this.#student = student;
    this.#workers = workers;
    this.#parameters = SharedParameters.like(student.parameters);
    this.#parameters.write(student.parameters);
    this.#setup = { description, parameters: this.#parameters.handle, blas };
  }

  /**
   * Computes what the base, as it was when the pool was made, hands to the projection. Several batches may
   * be on their way: a worker that is done with its part of one goes on with the next.
   *
   * @returns float32, [B, outDim]; the caller disposes it.
   */
  async features(examples: readonly Example[]): Promise<Tensor2D> {
    const answers = await this.#askAll(examples, () => ({ want: "features" }));
    const features = concatenateMaps(answers.map(({ features }) => features!));
    return tf.tensor2d(features, [examples.length, features.length / examples.length]);
  }

  /** Computes the mean loss of a batch and its gradients for all parameters, as they are now. */
  async gradients(examples: readonly Example[]): Promise<PooledGradients> {
    this.#parameters.write(this.#student.parameters);
    const answers = await this.#askAll(examples, (index) => {
      this.#gradients[index] ??= SharedParameters.like(this.#student.parameters);
      const place = this.#gradients[index].handle;
      return { want: "gradients", batchSize: examples.length, place };
    });
    const names = this.#student.parameters.keys();
    return {
      loss: answers.reduce((sum, { loss }) => sum + loss!, 0),
      gradients: Object.fromEntries(names.map((name) => [name, this.#sum(name, answers.length)])),
    };
  }

  /** Ends the workers; what they have not answered is rejected. */
  [Symbol.dispose](): void {
    this.#pool.close();
  }

  /** Asks for each worker's share of a batch, in order. */
  async #askAll(
    examples: readonly Example[],
    taskOf: (index: number) => StudentRequest["task"],
  ): Promise<StudentAnswer[]> {
    const shares = piecesOf(examples, Math.ceil(examples.length / this.#workers));
    return await Promise.all(shares.map((share, index) => {
      const request = { setup: this.#setup, examples: share, task: taskOf(index) };
      return this.#pool.run(request, { item: `part ${index + 1} of a batch` });
    }));
  }

  /** Adds the shares' gradients up, always in the same order. */
  #sum(name: string, shares: number): Tensor {
    return tf.tidy(() =>
      this.#gradients.slice(0, shares).map((gradients) => gradients.tensor(name))
        .reduce((sum, gradient) => sum.add(gradient))
    );
  }
}
