/**
 * Runs compute shaders with any number of outputs among tfjs's own commands.
 *
 * tfjs's runner knows programs of one output. This one records into the same command encoder, so that
 * the order of commands is the order of calls, and its outputs are tfjs's tensors like any others.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { isHalf } from "../half_precision.ts";
import type { TensorInfo } from "../tensors.ts";
import { parameterBuffer } from "./parameter_buffer.ts";
import toFloatSource from "./to_float.wgsl" with { type: "text" };
import type { WebGpuBackend } from "./webgpu_backend.ts";

/** A compute shader: entry point `main`, bindings 0, 1, … for inputs, then outputs, then parameters. */
export interface Program {
  /** Names the sources: programs of one name and the same constants are compiled once. */
  readonly name: string;
  /** Gives its WGSL, the parts in any order; asked for only when it is compiled. */
  readonly sources: () => readonly string[];
  /** Values that the sources use by name, known when they are compiled. */
  readonly constants?: Readonly<Record<string, number | boolean>>;
}

/** What a program runs on. */
export interface DispatchOptions {
  /** Where to run. */
  readonly backend: WebGpuBackend;
  /** Tensors to read, as float32. */
  readonly inputs: readonly TensorInfo[];
  /** Shapes of float32 tensors to make, or tensors to write to. */
  readonly outputs: readonly (readonly number[] | TensorInfo)[];
  /** The first fields of the uniform structure, u32. */
  readonly integers?: readonly number[];
  /** The fields after them, f32. */
  readonly reals?: readonly number[];
  /** Workgroups in each direction; a number may be spread over x and y. */
  readonly workgroups: number | readonly [x: number, y: number, z: number];
}

/**
 * Records one dispatch.
 *
 * A new output has undefined contents where the shader does not write; where an input is empty, nothing
 * runs and new outputs are zero. An empty output may stand only beside others that are empty.
 *
 * @returns The outputs, in order; new ones are the caller's.
 */
export function dispatch(program: Program, options: DispatchOptions): TensorInfo[] {
  const { backend, inputs, integers = [], reals = [] } = options;
  const outputs = makeOutputs(options);
  if ([...inputs, ...outputs].some(isEmpty)) return outputs;
  const floats = inputs.map((input) => toFloat(input, backend));
  const buffers = [...floats, ...outputs].map((tensor) => bufferOf(tensor, backend));
  if (integers.length + reals.length > 0) {
    buffers.push(parameterBuffer(backend.device, { integers, reals }));
  }
  const workgroups = spread(options.workgroups, backend.device);
  record(program, { backend, buffers, workgroups });
  floats.filter((float, i) => float !== inputs[i])
    .forEach(({ dataId }) => backend.disposeData(dataId));
  return outputs;
}

function makeOutputs({ backend, inputs, outputs }: DispatchOptions): TensorInfo[] {
  const isZero = inputs.some(isEmpty);
  return outputs.map((output) => {
    if ("dataId" in output) return output;
    const size = tf.util.sizeFromShape([...output]);
    const zeros = isZero || size === 0 ? new Float32Array(size) : undefined;
    return backend.makeTensorInfo([...output], "float32", zeros);
  });
}

function isEmpty({ shape }: TensorInfo): boolean {
  return shape.includes(0);
}

/** tfjs casts whole numbers to float32 by name only: the tensor's buffer keeps them as they are. */
function toFloat(tensor: TensorInfo, backend: WebGpuBackend): TensorInfo {
  if (backend.tensorMap.get(tensor.dataId).dtype === "float32") return tensor;
  const float = backend.makeTensorInfo(tensor.shape, "float32");
  record({ name: "ToFloat", sources: () => [toFloatSource] }, {
    backend,
    buffers: [bufferOf(tensor, backend), bufferOf(float, backend)],
    workgroups: spread(Math.ceil(tf.util.sizeFromShape(tensor.shape) / 256), backend.device),
  });
  return float;
}

/** A tensor's buffer, kept until the commands recorded next are submitted. */
export function bufferOf({ dataId }: TensorInfo, backend: WebGpuBackend): GPUBuffer {
  backend.uploadToGPU(dataId);
  backend.commandQueueOwnedIds.add(dataId);
  return backend.tensorMap.get(dataId).resource;
}

interface Recording {
  readonly backend: WebGpuBackend;
  readonly buffers: readonly GPUBuffer[];
  readonly workgroups: readonly [number, number, number];
}

function record(program: Program, { backend, buffers, workgroups }: Recording): void {
  const { pipeline, layout } = compile(program, backend.device);
  const entries = buffers.map((buffer, binding) => ({ binding, resource: { buffer } }));
  const bindGroup = backend.device.createBindGroup({ layout, entries });
  const isTimed = Boolean(backend.activeTimers);
  const pass = openPass(backend, isTimed);
  pass.setPipeline(pipeline);
  pass.setBindGroup(0, bindGroup);
  pass.dispatchWorkgroups(...workgroups);
  backend.dispatchCountInPass++;
  if (isTimed) {
    backend.endComputePassEncoder();
    backend.activeTimers!.push({ name: program.name, query: backend.getQueryTime() });
  } else if (
    backend.dispatchCountInPass >= tf.env().getNumber("WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE")
  ) {
    backend.endComputePassEncoder();
    backend.submitQueue();
  }
}

/** tfjs's open compute pass; a dispatch that is timed has one of its own, as in tfjs. */
function openPass(backend: WebGpuBackend, isTimed: boolean): GPUComputePassEncoder {
  backend.ensureCommandEncoderReady();
  if (isTimed && backend.supportTimestampQuery) {
    backend.endComputePassEncoder();
    backend.querySet ??= backend.device.createQuerySet({ type: "timestamp", count: 2 });
    backend.computePassEncoder = backend.commandEncoder!.beginComputePass({
      timestampWrites: {
        querySet: backend.querySet,
        beginningOfPassWriteIndex: 0,
        endOfPassWriteIndex: 1,
      },
    });
  }
  return backend.computePassEncoder ??= backend.commandEncoder!.beginComputePass();
}

function spread(
  workgroups: DispatchOptions["workgroups"],
  { limits: { maxComputeWorkgroupsPerDimension: limit } }: GPUDevice,
): readonly [number, number, number] {
  if (typeof workgroups !== "number") return workgroups;
  return [Math.min(workgroups, limit), Math.ceil(workgroups / limit), 1];
}

/** A program that was compiled. */
interface Compiled {
  readonly pipeline: GPUComputePipeline;
  readonly layout: GPUBindGroupLayout;
}

const programs = new WeakMap<GPUDevice, Map<string, Compiled>>();

function compile({ name, sources, constants = {} }: Program, device: GPUDevice): Compiled {
  const known = programs.get(device) ?? new Map<string, Compiled>();
  programs.set(device, known);
  const key = `${name} ${Object.values(constants)}`;
  let program = known.get(key);
  if (!program) {
    const declarations = Object.entries(constants)
      .map(([constant, value]) => `const ${constant} = ${value};`);
    const directives = isHalf(device) ? ["enable f16;"] : [];
    const code = [...directives, ...declarations, ...sources()].join("\n");
    const module = device.createShaderModule({ label: name, code });
    const pipeline = device.createComputePipeline({
      label: name,
      layout: "auto",
      compute: { module },
    });
    program = { pipeline, layout: pipeline.getBindGroupLayout(0) };
    known.set(key, program);
  }
  return program;
}
