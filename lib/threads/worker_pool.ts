/**
 * A few worker threads that answer requests, each one at a time.
 *
 * @module
 */

/** What a {@linkcode WorkerPool} runs. */
export interface WorkerPoolOptions {
  /** Worker threads at most; they start when there is something to do. */
  readonly workers: number;
  /** The module that the workers run: it answers each message with one. */
  readonly workerUrl: URL;
  /** What the workers do to an item, for messages: `load image`. */
  readonly purpose: string;
  /**
   * Requests after which a worker gives way to a new one, never when not given: what an engine holds on to
   * (freed late, or in pieces too small to use) is given back with the thread.
   */
  readonly requestsPerWorker?: number;
}

/** What a worker answers: what was asked for, or why there is none. */
export type WorkerResponse<Response> = Response | { readonly error: Error };

interface Job<Request, Response> {
  readonly item: string;
  readonly request: Request;
  readonly resolve: (response: Response) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Worker threads and the requests that wait for one.
 *
 * Requests wait in line as long as all workers are busy; how many may wait is the caller's business. The
 * workers keep the process alive until {@linkcode WorkerPool.close}.
 */
export class WorkerPool<Request, Response extends object> {
  readonly #options: WorkerPoolOptions;
  readonly #waiting: Job<Request, Response>[] = [];
  readonly #idle: Worker[] = [];
  readonly #busy = new Map<Worker, Job<Request, Response>>();
  #closed = false;

  /**
   * Makes a pool; nothing starts before the first request.
   *
   * @throws {RangeError} When `workers` is not a positive integer.
   */
  constructor(options: WorkerPoolOptions) {
    const { workers, purpose } = options;
    if (!Number.isInteger(workers) || workers < 1) {
      throw new RangeError(
        `Cannot ${purpose}: workers is ${workers}, expected a positive integer`,
      );
    }
    this.#options = options;
  }

  /**
   * Has a request answered by a worker.
   *
   * @param request Copied to the worker.
   * @param options `item`: what the request is about, for messages.
   * @throws {Error} The worker's own, or when the worker dies over it, or the pool is closed.
   */
  run(request: Request, { item }: { item: string }): Promise<Response> {
    if (this.#closed) return Promise.reject(this.#closedError(item));
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, request, resolve, reject });
      this.#assign();
    });
  }

  /** Ends all workers; requests still on their way are rejected. */
  close(): void {
    this.#closed = true;
    for (const worker of [...this.#idle, ...this.#busy.keys()]) worker.terminate();
    for (const { item, reject } of [...this.#busy.values(), ...this.#waiting]) {
      reject(this.#closedError(item));
    }
    this.#idle.length = 0;
    this.#waiting.length = 0;
    this.#busy.clear();
  }

  #assign(): void {
    while (this.#waiting.length > 0) {
      const worker = this.#idle.pop() ?? this.#start();
      if (!worker) return;
      const job = this.#waiting.shift()!;
      this.#busy.set(worker, job);
      worker.postMessage(job.request);
    }
  }

  #start(): Worker | undefined {
    const { workers, workerUrl, purpose, requestsPerWorker = Infinity } = this.#options;
    if (this.#busy.size >= workers) return undefined;
    const worker = new Worker(workerUrl, { type: "module" });
    let answered = 0;
    worker.onmessage = ({ data }: MessageEvent<WorkerResponse<Response>>) => {
      const job = this.#release(worker);
      if (++answered < requestsPerWorker) this.#idle.push(worker);
      else worker.terminate();
      if ("error" in data) job?.reject(data.error as Error);
      else job?.resolve(data);
      this.#assign();
    };
    worker.onerror = (event) => {
      event.preventDefault(); // or it would end the whole process
      worker.terminate();
      const job = this.#release(worker);
      job?.reject(
        new Error(
          `Cannot ${purpose}: the worker for ${job.item} is dead (${event.message}), expected ` +
            `an answer; look at the file`,
        ),
      );
      this.#assign();
    };
    return worker;
  }

  #release(worker: Worker): Job<Request, Response> | undefined {
    const job = this.#busy.get(worker);
    this.#busy.delete(worker);
    return job;
  }

  #closedError(item: string): Error {
    const { purpose } = this.#options;
    return new Error(`Cannot ${purpose}: the pool for ${item} is closed, expected an open one`);
  }
}
