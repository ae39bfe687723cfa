/**
 * The machine that a benchmark ran on.
 *
 * @module
 */
import { cpus } from "node:os";
import * as tf from "@tensorflow/tfjs";
import { describeBackend, type OpenedBackend } from "../../lib/backend/open_backend.ts";

/** What decides how fast things go. */
export interface Machine {
  /** The processor's name. */
  readonly cpu: string;
  /** Its cores, as the operating system counts them. */
  readonly cores: number;
  /** Its memory, in GiB. */
  readonly memoryGiB: number;
  /** What we compute on: adapter or library. */
  readonly backend: string;
  /** The operating system and its version. */
  readonly system: string;
  /** Deno's version. */
  readonly deno: string;
  /** tfjs's version. */
  readonly tfjs: string;
}

/** Looks around. */
export function describeMachine(backend: OpenedBackend): Machine {
  const processors = cpus();
  return {
    cpu: processors[0]?.model ?? "unknown",
    cores: processors.length,
    memoryGiB: Math.round(Deno.systemMemoryInfo().total / 2 ** 30),
    backend: describeBackend(backend),
    system: `${Deno.build.os} ${Deno.osRelease()}`,
    deno: Deno.version.deno,
    tfjs: tf.version_core,
  };
}
