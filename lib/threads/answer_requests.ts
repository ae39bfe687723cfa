/**
 * The worker's side of a {@linkcode WorkerPool}.
 *
 * @module
 */
import type { WorkerResponse } from "./worker_pool.ts";

/**
 * A worker's global scope, as far as it is used. A published package may not ask for TypeScript's library of
 * workers, which would change the globals of whoever imports it.
 */
interface WorkerScope<Request> {
  onmessage: (message: { readonly data: Request }) => void;
  postMessage(message: unknown, transfer: readonly ArrayBuffer[]): void;
}

/**
 * Answers each message of the pool with one: the answer, or the error that there is instead. Called once, by
 * the module that the worker runs.
 *
 * @param answer Does what is asked for.
 * @param options.transfer What of an answer is handed over instead of copied; nothing when not given.
 */
export function answerRequests<Request, Response extends object>(
  answer: (request: Request) => Response | Promise<Response>,
  { transfer = () => [] }: { transfer?: (response: Response) => readonly ArrayBuffer[] } = {},
): void {
  const scope = globalThis as unknown as WorkerScope<Request>;
  scope.onmessage = async ({ data }) => {
    try {
      const response = await answer(data);
      scope.postMessage(response satisfies WorkerResponse<Response>, transfer(response));
    } catch (error) {
      scope.postMessage({ error: error as Error } satisfies WorkerResponse<Response>, []);
    }
  };
}
