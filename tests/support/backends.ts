/**
 * Registers one numeric test on every backend that this machine and these permissions allow.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { openBackend, type OpenedBackend } from "../../lib/backend/open_backend.ts";

/** A backend as tests run it. */
type Variant = "cpu" | "wasm" | "wasm without BLAS" | "webgpu";

/** What each variant asks {@linkcode openBackend} for. */
const variants: Record<Variant, { backend: "cpu" | "wasm" | "webgpu"; blas?: "none" }> = {
  "cpu": { backend: "cpu" },
  "wasm": { backend: "wasm" },
  "wasm without BLAS": { backend: "wasm", blas: "none" },
  "webgpu": { backend: "webgpu" },
};
const names = Object.keys(variants) as Variant[];

const obstacles = new Map<Variant, string>();
for (const name of names) {
  try {
    if (name === "wasm" && (await Deno.permissions.query({ name: "read" })).state !== "granted") {
      throw new Error("needs --allow-read for the wasm file");
    }
    const { device } = await open(name);
    if (name === "wasm" && device.includes("no BLAS")) {
      obstacles.set("wasm without BLAS", "there is no BLAS here, so wasm is it already");
    }
  } catch (error) {
    obstacles.set(name, (error as Error).message.split("\n")[0]);
  }
}

async function open(name: Variant): Promise<OpenedBackend> {
  const { backend, blas } = variants[name];
  return await openBackend(backend, { blas });
}

/** Why a backend cannot run here, in words for a test's title; undefined when it can. */
export function backendObstacle(backend: Variant): string | undefined {
  return obstacles.get(backend);
}

/**
 * Registers `name [cpu]`, `name [wasm]`, `name [wasm without BLAS]` and `name [webgpu]`; a backend that
 * cannot run is ignored and its title says why. Each run fails when it leaks tensors.
 */
export function testOnEveryBackend(
  name: string,
  body: (backend: "cpu" | "wasm" | "webgpu") => void | Promise<void>,
  { only = names }: { only?: Variant[] } = {},
): void {
  for (const variant of only) {
    const obstacle = obstacles.get(variant);
    Deno.test({
      name: `${name} [${variant}]${obstacle ? ` — skipped: ${obstacle}` : ""}`,
      ignore: obstacle !== undefined,
      fn: async () => {
        await open(variant);
        const before = tf.memory().numTensors;
        await body(variants[variant].backend);
        const leaked = tf.memory().numTensors - before;
        if (leaked !== 0) throw new Error(`${name} leaks ${leaked} tensors`);
      },
    });
  }
}
