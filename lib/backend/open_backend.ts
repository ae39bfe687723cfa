/**
 * Chooses and starts the tfjs backend that everything else computes on.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";

/** The backends a user may ask for; `cpu` is plain JavaScript and serves the tests. */
export type BackendChoice = "auto" | "webgpu" | "wasm" | "cpu";

/** Every choice, in the order in which messages list them. */
const choices: readonly BackendChoice[] = ["auto", "webgpu", "wasm", "cpu"];

/** A started backend, and why it was chosen. */
export interface OpenedBackend {
  /** The backend that tfjs now runs on. */
  readonly name: "webgpu" | "wasm" | "cpu";
  /** The adapter or instruction set, in words. */
  readonly device: string;
  /** Why this backend: what was asked for, or what was found. */
  readonly reason: string;
}

interface FoundAdapter {
  readonly description: string;
  readonly isSoftware: boolean;
}

/**
 * Starts a tfjs backend: WebGPU where a real GPU answers, else wasm, unless one is asked for by name.
 *
 * @param choice `auto` never takes a software WebGPU adapter (it is slower than wasm); `webgpu` does.
 * @returns What was started and why; tfjs is left on that backend.
 * @throws {RangeError} When there is no such backend.
 * @throws {Error} When the backend asked for does not start here.
 */
export async function openBackend(choice: BackendChoice = "auto"): Promise<OpenedBackend> {
  if (!choices.includes(choice)) {
    throw new RangeError(
      `Cannot open backend: choice is ${choice}, expected ${choices.join(", ")}`,
    );
  }
  tf.enableProdMode(); // silences tfjs's advertisement for its Node bindings
  if (choice === "cpu") return await start("cpu", "plain JavaScript", "as asked");
  if (choice === "wasm") return await start("wasm", "SIMD", "as asked");
  const adapter = await findAdapter();
  if (choice === "webgpu") {
    if (!adapter) {
      throw new Error(
        "Cannot open backend webgpu: no adapter answers; install a Vulkan driver " +
          "(Debian: mesa-vulkan-drivers) or use --backend=wasm",
      );
    }
    return await start("webgpu", adapter.description, "as asked");
  }
  return await openBest(adapter);
}

async function openBest(adapter: FoundAdapter | undefined): Promise<OpenedBackend> {
  if (!adapter) return await start("wasm", "SIMD", "no GPU");
  const { description } = adapter;
  if (adapter.isSoftware) {
    return await start("wasm", "SIMD", `the only WebGPU adapter is software (${description})`);
  }
  try {
    return await start("webgpu", description, "a GPU answers");
  } catch (error) {
    return await start("wasm", "SIMD", `${description} fails: ${(error as Error).message}`);
  }
}

/** Says in one line which backend runs and why, e.g. `backend wasm (SIMD): no GPU`. */
export function describeBackend({ name, device, reason }: OpenedBackend): string {
  return `backend ${name} (${device}): ${reason}`;
}

async function start(
  name: OpenedBackend["name"],
  device: string,
  reason: string,
): Promise<OpenedBackend> {
  if (name === "webgpu") await import("@tensorflow/tfjs-backend-webgpu");
  if (name === "wasm") await import("@tensorflow/tfjs-backend-wasm");
  if (!await tf.setBackend(name)) {
    throw new Error(`Cannot open backend ${name}: tfjs could not start it on this machine`);
  }
  await tf.ready();
  if (name === "webgpu") failLoudly();
  return { name, device, reason };
}

const watched = new WeakSet<GPUDevice>();

/**
 * Ends the process on a GPU error that nobody handles: tfjs goes on with buffers of zeros, and a wrong map
 * in a cache is worse than none.
 */
function failLoudly(): void {
  const { device } = tf.backend() as tf.KernelBackend & { device: GPUDevice };
  if (watched.has(device)) return;
  watched.add(device);
  device.addEventListener("uncapturederror", (event) => {
    const { message } = (event as GPUUncapturedErrorEvent).error;
    queueMicrotask(() => {
      throw new Error(`Cannot go on: the GPU reports: ${message.replaceAll(/\s+/g, " ").trim()}`);
    });
  });
}

async function findAdapter(): Promise<FoundAdapter | undefined> {
  giveMesaRuntimeFolder();
  const adapter = await navigator.gpu?.requestAdapter({ powerPreference: "high-performance" });
  if (!adapter) return undefined;
  const { description, vendor, device, isFallbackAdapter } = adapter.info;
  return {
    description: description || `vendor ${vendor}, device ${device}`,
    isSoftware: isFallbackAdapter || /llvmpipe|swiftshader|software/i.test(description),
  };
}

/** Mesa prints an error of its own to stderr when XDG_RUNTIME_DIR is not set; any folder will do. */
function giveMesaRuntimeFolder(): void {
  if (globalThis.Deno?.build.os !== "linux") return;
  const permission = { name: "env", variable: "XDG_RUNTIME_DIR" } as const;
  if (Deno.permissions.querySync(permission).state !== "granted") return;
  if (!Deno.env.get("XDG_RUNTIME_DIR")) Deno.env.set("XDG_RUNTIME_DIR", "/tmp");
}
