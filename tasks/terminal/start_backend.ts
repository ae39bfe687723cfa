/**
 * Starting the backend in a task.
 *
 * @module
 */
import type { BackendChoice } from "../../lib/backend/open_backend.ts";
import type { Terminal } from "./terminal.ts";

/** Starts the backend that was asked for, and says which it is and why. */
export async function startBackend(
  { backend, blas, half }: { backend: BackendChoice; blas: string; half?: boolean },
  terminal: Terminal,
): Promise<void> {
  const { describeBackend, openBackend } = await import("../../lib/backend/open_backend.ts");
  terminal.say(describeBackend(await openBackend(backend, { blas, half })));
}
