/**
 * Registers one numeric test on every backend that this machine and these permissions allow.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { type BackendChoice, openBackend } from "../../lib/backend/open_backend.ts";

const names: Exclude<BackendChoice, "auto">[] = ["cpu", "wasm", "webgpu"];
const obstacles = new Map<string, string>();
for (const name of names) {
  try {
    if (name === "wasm" && (await Deno.permissions.query({ name: "read" })).state !== "granted") {
      throw new Error("needs --allow-read for the wasm file");
    }
    await openBackend(name);
  } catch (error) {
    obstacles.set(name, (error as Error).message.split("\n")[0]);
  }
}

/** Why a backend cannot run here, in words for a test's title; undefined when it can. */
export function backendObstacle(backend: "cpu" | "wasm" | "webgpu"): string | undefined {
  return obstacles.get(backend);
}

/**
 * Registers `name [cpu]`, `name [wasm]` and `name [webgpu]`; a backend that cannot run is ignored and
 * its title says why. Each run fails when it leaks tensors.
 */
export function testOnEveryBackend(
  name: string,
  body: (backend: "cpu" | "wasm" | "webgpu") => void | Promise<void>,
  { only = names }: { only?: Exclude<BackendChoice, "auto">[] } = {},
): void {
  for (const backend of only) {
    const obstacle = obstacles.get(backend);
    Deno.test({
      name: `${name} [${backend}]${obstacle ? ` — skipped: ${obstacle}` : ""}`,
      ignore: obstacle !== undefined,
      fn: async () => {
        await openBackend(backend);
        const before = tf.memory().numTensors;
        await body(backend);
        const leaked = tf.memory().numTensors - before;
        if (leaked !== 0) throw new Error(`${name} leaks ${leaked} tensors`);
      },
    });
  }
}
