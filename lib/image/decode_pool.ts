/**
 * Decodes and preprocesses photos in worker threads, beside the model's own work.
 *
 * @module
 */
import type { DecodeRequest, DecodeResponse } from "./decode_worker.ts";
import type { Preprocessing } from "./preprocess.ts";
import type { RgbImage } from "./rgb_image.ts";

/** How a {@link DecodePool} works. */
export interface DecodePoolOptions {
  /** How the model wants its pictures. */
  readonly preprocessing: Preprocessing;
  /** Worker threads at most; they start when there is something to do. */
  readonly workers?: number;
  /** The module that the workers run, if not the usual one: it speaks the same messages. */
  readonly workerUrl?: URL;
}

interface Job {
  readonly path: string;
  readonly resolve: (image: RgbImage) => void;
  readonly reject: (error: Error) => void;
}

/**
 * A few worker threads that turn paths into preprocessed pictures.
 *
 * Photos wait in line as long as all workers are busy; how many may wait is the caller's business. The
 * workers keep the process alive until {@link DecodePool.close}.
 */
export class DecodePool {
  readonly #preprocessing: Preprocessing;
  readonly #workers: number;
  readonly #workerUrl: URL;
  readonly #waiting: Job[] = [];
  readonly #idle: Worker[] = [];
  readonly #busy = new Map<Worker, Job>();
  #closed = false;

  /**
   * Makes a pool; nothing starts before the first photo.
   *
   * @throws {RangeError} When `workers` is not a positive integer.
   */
  constructor(options: DecodePoolOptions) {
    const { preprocessing, workers = 2 } = options;
    if (!Number.isInteger(workers) || workers < 1) {
      throw new RangeError(
        `Cannot make decode pool: workers is ${workers}, expected a positive integer`,
      );
    }
    this.#preprocessing = preprocessing;
    this.#workers = workers;
    this.#workerUrl = options.workerUrl ?? new URL("./decode_worker.ts", import.meta.url);
  }

  /**
   * Reads, decodes and preprocesses one photo in a worker.
   *
   * @param path The photo's file.
   * @returns The crop that the model sees, of `preprocessing.imageSize`.
   * @throws {SyntaxError} When the file cannot be decoded.
   * @throws {Error} When it cannot be read, the worker dies over it, or the pool is closed.
   */
  load(path: string): Promise<RgbImage> {
    if (this.#closed) return Promise.reject(closedError(path));
    return new Promise((resolve, reject) => {
      this.#waiting.push({ path, resolve, reject });
      this.#assign();
    });
  }

  /** Ends all workers; photos still on their way are rejected. */
  close(): void {
    this.#closed = true;
    for (const worker of [...this.#idle, ...this.#busy.keys()]) worker.terminate();
    for (const job of [...this.#busy.values(), ...this.#waiting]) job.reject(closedError(job.path));
    this.#idle.length = 0;
    this.#waiting.length = 0;
    this.#busy.clear();
  }

  /** The same as {@link DecodePool.close}, for `using`. */
  [Symbol.dispose](): void {
    this.close();
  }

  #assign(): void {
    while (this.#waiting.length > 0) {
      const worker = this.#idle.pop() ?? this.#start();
      if (!worker) return;
      const job = this.#waiting.shift()!;
      this.#busy.set(worker, job);
      const request: DecodeRequest = { path: job.path, preprocessing: this.#preprocessing };
      worker.postMessage(request);
    }
  }

  #start(): Worker | undefined {
    if (this.#busy.size >= this.#workers) return undefined;
    const worker = new Worker(this.#workerUrl, { type: "module" });
    worker.onmessage = ({ data }: MessageEvent<DecodeResponse>) => {
      const job = this.#release(worker);
      this.#idle.push(worker);
      if ("image" in data) job?.resolve(data.image);
      else job?.reject(data.error);
      this.#assign();
    };
    worker.onerror = (event) => {
      event.preventDefault(); // or it would end the whole process
      worker.terminate();
      const job = this.#release(worker);
      job?.reject(
        new Error(
          `Cannot load image: the worker for ${job.path} is dead (${event.message}), expected a ` +
            `picture; look at the file`,
        ),
      );
      this.#assign();
    };
    return worker;
  }

  #release(worker: Worker): Job | undefined {
    const job = this.#busy.get(worker);
    this.#busy.delete(worker);
    return job;
  }
}

function closedError(path: string): Error {
  return new Error(`Cannot load image: the pool for ${path} is closed, expected an open one`);
}
