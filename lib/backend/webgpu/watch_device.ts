/**
 * A GPU that fails or is lost while it computes: its driver starts anew, it is unplugged, its machine sleeps.
 *
 * @module
 */
import type { WebGpuBackend } from "./webgpu_backend.ts";

/** How long a failed read waits for the news that the device is lost, in milliseconds. */
const patience = 1000;

/** The backend's reading of a tensor's values. */
export interface ReadingBackend extends Pick<WebGpuBackend, "device"> {
  /** Reads a tensor's values off the device. */
  read(dataId: object): Promise<unknown>;
}

const watched = new WeakSet<GPUDevice>();

/**
 * Ends the process on errors that nobody handles, lets no value be read from a device that is lost, and says
 * what has happened: tfjs passes on a validation error, and computes small things elsewhere as if nothing
 * were the matter. A second call changes nothing.
 */
export function watchDevice(backend: ReadingBackend): void {
  const { device } = backend;
  if (watched.has(device)) return;
  watched.add(device);
  failLoudly(device);
  let loss: GPUDeviceLostInfo | undefined;
  const lost = device.lost.then((info) => loss = info);
  const read = backend.read.bind(backend);
  backend.read = async (dataId) => {
    let values: unknown;
    try {
      values = await read(dataId);
    } catch (error) {
      if (!await within(lost, patience)) throw error;
    }
    if (loss) throw lossError(loss);
    return values;
  };
}

/**
 * Ends the process on a GPU error that nobody handles: tfjs goes on with buffers of zeros, and a wrong map
 * in a cache is worse than none.
 */
function failLoudly(device: GPUDevice): void {
  device.addEventListener("uncapturederror", (event) => {
    const { message } = (event as GPUUncapturedErrorEvent).error;
    queueMicrotask(() => {
      throw new Error(`Cannot go on: the GPU reports: ${message.replaceAll(/\s+/g, " ").trim()}`);
    });
  });
}

async function within<T>(promise: Promise<T>, milliseconds: number): Promise<T | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), milliseconds);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

function lossError({ reason, message }: GPUDeviceLostInfo): Error {
  return new Error(
    `Cannot compute on the GPU: it was lost (${reason}: ${
      message.replaceAll(/\s+/g, " ")
    }), expected it to ` +
      "stay; run the same command again, train with --resume: what was finished stays",
  );
}
