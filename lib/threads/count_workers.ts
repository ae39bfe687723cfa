/**
 * How many copies of a model a machine computes with side by side.
 *
 * @module
 */

/** What a machine has. */
export interface MachineSize {
  /** Processor cores. */
  readonly cores: number;
  /** Bytes of memory that are free. */
  readonly freeMemory: number;
}

/** What a worker is wanted for. */
export interface WorkerNeeds {
  /** Bytes that its model and what it computes take. */
  readonly bytes: number;
  /** Workers beyond this many would have nothing to do. */
  readonly most?: number;
}

/** What a worker takes besides: the engine, tfjs and the heap's first pages, in bytes (measured). */
const bytesOfEngine = 200 * 2 ** 20;

/** One worker a core, as long as they fill at most half of the free memory; at least one. */
export function countWorkers(
  { bytes, most = Infinity }: WorkerNeeds,
  { cores, freeMemory }: MachineSize,
): number {
  const fitting = Math.floor(freeMemory / 2 / (bytes + bytesOfEngine));
  return Math.max(1, Math.min(cores, most, fitting));
}

/** This machine's size; where the memory may not be asked for, 4 GiB are assumed. */
export function machineSize(): MachineSize {
  const mayAsk = Deno.permissions.querySync({ name: "sys", kind: "systemMemoryInfo" });
  const freeMemory = mayAsk.state === "granted" ? Deno.systemMemoryInfo().available : 4 * 2 ** 30;
  return { cores: navigator.hardwareConcurrency, freeMemory };
}
