/**
 * What tests of the benchmark share.
 *
 * @module
 */
import { benchTask } from "../../lib/config/task_schemas.ts";
import type { BenchOptions } from "../../lib/config/task_schemas.ts";
import { findPython } from "../support/python.ts";
import type { Reporter } from "./reporter.ts";

/** `model_args` of a model that takes milliseconds: two blocks of width 16 on 2×3 patches. */
export const tinyArgs = {
  img_size: [32, 48],
  patch_size: 16,
  embed_dim: 16,
  depth: 2,
  num_heads: 2,
  num_classes: 5,
};

/** Options of a benchmark that takes seconds. */
export function tinyOptions(options: Partial<BenchOptions> = {}): BenchOptions {
  const args = { teacherArgs: tinyArgs, studentArgs: tinyArgs };
  return benchTask.schema.parse({ ...args, batchSize: 2, repeats: 1, photoCount: 4, ...options });
}

/** A reporter that keeps what it hears. */
export class Listener implements Reporter {
  readonly said: string[] = [];
  readonly warned: string[] = [];
  readonly printed: string[] = [];
  readonly signal: AbortSignal;

  constructor(signal: AbortSignal = new AbortController().signal) {
    this.signal = signal;
  }

  say(line: string): void {
    this.said.push(line);
  }

  warn(line: string): void {
    this.warned.push(line);
  }

  print(line: string): void {
    this.printed.push(line);
  }

  progress() {
    return { update() {}, stop() {} };
  }
}

/** Why nothing can be compared with PyTorch here; undefined when it can. */
export async function torchObstacle(): Promise<string | undefined> {
  const found = await findPython("torch");
  return "obstacle" in found ? found.obstacle : undefined;
}
