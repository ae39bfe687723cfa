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

/** How a backend is started. */
export interface BackendOptions {
  /**
   * The BLAS library that the wasm backend multiplies matrices with: `auto` takes what is installed,
   * `none` none; else the path of a library.
   */
  readonly blas?: "auto" | "none" | string;
  /** Threads that OpenBLAS computes a large product with; its own choice when not given. */
  readonly blasThreads?: number;
  /**
   * Whether matrix products round what they multiply to float16, as only WebGPU can; what is stored and
   * summed stays float32. A change of it in one process frees all that lies on the WebGPU backend.
   */
  readonly half?: boolean;
}

/** A started backend, and why it was chosen. */
export interface OpenedBackend {
  /** The backend that tfjs now runs on. */
  readonly name: "webgpu" | "wasm" | "cpu";
  /** The adapter, or what computes the matrix products, in words. */
  readonly device: string;
  /** Why this backend: what was asked for, or what was found. */
  readonly reason: string;
}

interface FoundAdapter {
  readonly description: string;
  readonly isSoftware: boolean;
  readonly hasHalf: boolean;
}

/**
 * Starts a tfjs backend: WebGPU where a real GPU answers, else wasm, unless one is asked for by name.
 *
 * @param choice `auto` never takes a software WebGPU adapter (it is slower than wasm); `webgpu` does.
 * @returns What was started and why; tfjs is left on that backend.
 * @throws {RangeError} When there is no such backend.
 * @throws {Error} When the backend asked for does not start here, cannot compute in half precision
 * as asked, or the BLAS named does not open.
 */
export async function openBackend(
  choice: BackendChoice = "auto",
  options: BackendOptions = {},
): Promise<OpenedBackend> {
  if (!choices.includes(choice)) {
    throw new RangeError(
      `Cannot open backend: choice is ${choice}, expected ${choices.join(", ")}`,
    );
  }
  tf.enableProdMode(); // silences tfjs's advertisement for its Node bindings
  if (choice === "cpu") {
    refuseHalf(options, "the backend is cpu");
    await start("cpu");
    return { name: "cpu", device: "plain JavaScript", reason: "as asked" };
  }
  if (choice === "wasm") return await startWasm(options, "as asked");
  const adapter = await findAdapter();
  if (adapter && !adapter.hasHalf) {
    refuseHalf(options, `the adapter ${adapter.description} lacks shader-f16`);
  }
  if (choice === "webgpu") {
    if (!adapter) {
      throw new Error(
        "Cannot open backend webgpu: no adapter answers; install a Vulkan driver " +
          "(Debian: mesa-vulkan-drivers) or use --backend=wasm",
      );
    }
    return await startWebGpu(adapter, { ...options, reason: "as asked" });
  }
  return await openBest(adapter, options);
}

async function openBest(
  adapter: FoundAdapter | undefined,
  options: BackendOptions,
): Promise<OpenedBackend> {
  if (!adapter) return await startWasm(options, "no GPU");
  const { description } = adapter;
  if (adapter.isSoftware) {
    return await startWasm(options, `the only WebGPU adapter is software (${description})`);
  }
  try {
    return await startWebGpu(adapter, { ...options, reason: "a GPU answers" });
  } catch (error) {
    return await startWasm(options, `${description} fails: ${(error as Error).message}`);
  }
}

/**
 * Says in one line which backend runs and why, e.g. `backend wasm (SIMD, OpenBLAS 0.3.21, 2 threads): no GPU`.
 *
 * @param backend As {@linkcode openBackend} gave it.
 * @returns The line, without a full stop.
 */
export function describeBackend({ name, device, reason }: OpenedBackend): string {
  return `backend ${name} (${device}): ${reason}`;
}

async function startWasm(options: BackendOptions, reason: string): Promise<OpenedBackend> {
  refuseHalf(options, `the backend is wasm (${reason})`);
  await import("@tensorflow/tfjs-backend-wasm");
  await start("wasm");
  const { useOwnKernels } = await import("./wasm/use_own_kernels.ts");
  return { name: "wasm", device: useOwnKernels(options), reason };
}

/** @throws {Error} When half precision is asked for, which cannot be had. */
function refuseHalf({ half }: BackendOptions, obstacle: string): void {
  if (!half) return;
  throw new Error(
    `Cannot compute in half precision: ${obstacle}, expected a WebGPU adapter with shader-f16; ` +
      "use --backend=webgpu where there is one, else leave out --half",
  );
}

async function startWebGpu(
  { description }: FoundAdapter,
  { half = false, reason }: BackendOptions & { reason: string },
): Promise<OpenedBackend> {
  await import("@tensorflow/tfjs-backend-webgpu");
  const { choosePrecision } = await import("./webgpu/choose_precision.ts");
  choosePrecision({ half });
  await start("webgpu");
  const { watchDevice } = await import("./webgpu/watch_device.ts");
  watchDevice(tf.backend() as unknown as Parameters<typeof watchDevice>[0]);
  const { registerWebGpuKernels } = await import("./webgpu/register.ts");
  registerWebGpuKernels();
  const device = half ? `${description}, half precision` : description;
  return { name: "webgpu", device, reason };
}

async function start(name: OpenedBackend["name"]): Promise<void> {
  if (!await tf.setBackend(name)) {
    throw new Error(`Cannot open backend ${name}: tfjs could not start it on this machine`);
  }
  await tf.ready();
}

async function findAdapter(): Promise<FoundAdapter | undefined> {
  giveMesaRuntimeFolder();
  const adapter = await navigator.gpu?.requestAdapter({ powerPreference: "high-performance" });
  if (!adapter) return undefined;
  const { description, vendor, device, isFallbackAdapter } = adapter.info;
  return {
    description: description || `vendor ${vendor}, device ${device}`,
    isSoftware: isFallbackAdapter || /llvmpipe|swiftshader|software/i.test(description),
    hasHalf: adapter.features.has("shader-f16"),
  };
}

/** Mesa prints an error of its own to stderr when XDG_RUNTIME_DIR is not set; any folder will do. */
function giveMesaRuntimeFolder(): void {
  if (globalThis.Deno?.build.os !== "linux") return;
  const permission = { name: "env", variable: "XDG_RUNTIME_DIR" } as const;
  if (Deno.permissions.querySync(permission).state !== "granted") return;
  if (!Deno.env.get("XDG_RUNTIME_DIR")) Deno.env.set("XDG_RUNTIME_DIR", "/tmp");
}
