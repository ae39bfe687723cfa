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
import { SharedParameters } from "./shared_parameters.ts";
import { trainedParameters } from "./train_step.ts";
import type { Example } from "./training_batch.ts";

/**
 * Photos in a part: enough to keep matrix products long, few enough that layers stay in the processor's
 * cache. It does not depend on the number of workers, nor does the result then.
 */
export const photosInPart = 4;

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
    this.#parameters = SharedParameters.like(student.parameters);
    this.#setup = { description, parameters: this.#parameters.handle, blas };
  }

  /**
   * Computes the mean loss of a batch and its gradients.
   *
   * @param phase Which parameters are trained; the others have not changed since the pool was made.
   */
  async compute(examples: readonly Example[], phase: Phase): Promise<PooledGradients> {
    await this.#publish(phase);
    const parts: Example[][] = [];
    for (let first = 0; first < examples.length; first += photosInPart) {
      parts.push(examples.slice(first, first + photosInPart));
    }
    const responses = await Promise.all(parts.map((part, index) => {
      this.#gradients[index] ??= SharedParameters.like(this.#student.parameters);
      const gradients = this.#gradients[index].handle;
      const request = { setup: this.#setup, phase, examples: part, gradients };
      return this.#pool.run(request, { item: `part ${index + 1} of a batch` });
    }));
    const shares = parts.map((part) => part.length / examples.length);
    const names = trainedParameters(this.#student, phase).keys();
    return {
      loss: responses.reduce((sum, { loss }, index) => sum + loss * shares[index], 0),
      gradients: Object.fromEntries(names.map((name) => [name, this.#mean(name, shares)])),
    };
  }

  /** Ends the workers; what they have not answered is rejected. */
  [Symbol.dispose](): void {
    this.#pool.close();
  }

  /** Shows the workers the parameters: all at first, later those that the last step changed. */
  async #publish(phase: Phase): Promise<void> {
    const { parameters } = this.#student;
    const changed = this.#isPublished ? trainedParameters(this.#student, phase) : parameters;
    await this.#parameters.write(changed);
    this.#isPublished = true;
  }

  /** Adds the parts' gradients up, always in the same order. */
  #mean(name: string, shares: readonly number[]): Tensor {
    const sum = new Float32Array(this.#parameters.view(name).length);
    for (const [index, share] of shares.entries()) {
      const part = this.#gradients[index].view(name);
      for (let i = 0; i < sum.length; i++) sum[i] += part[i] * share;
    }
    return tf.tensor(sum, [...this.#parameters.handle.places.get(name)!.shape]);
  }
}
