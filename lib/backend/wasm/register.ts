/**
 * Gives tfjs's WebAssembly backend our kernels in place of its slow ones.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { TensorInfo } from "../tensors.ts";
import { attention, attentionGradient } from "./attention.ts";
import type { Gemm } from "./gemm.ts";
import { Heap } from "./heap.ts";
import { canMultiply, matMul, type Operands } from "./mat_mul.ts";
import { type SimdKernels, simdKernelsOn } from "./simd_kernels.ts";

const backendName = "wasm";
const bytes = Float32Array.BYTES_PER_ELEMENT;

/** What a kernel is called with. */
interface Call {
  readonly heap: Heap;
  readonly simd: SimdKernels;
  /** The inputs by name. */
  readonly inputs: Readonly<Record<string, TensorInfo>>;
  // deno-lint-ignore no-explicit-any -- tfjs gives a kernel's attributes no type
  readonly attrs: any;
}

/** What tfjs's fused product does to its result. */
interface Activation {
  readonly activation?: string;
}

type Kernel = (call: Call) => TensorInfo | TensorInfo[];

/** Registers every kernel, the matrix products computed by `gemm`; a later call replaces an earlier. */
export function registerWasmKernels(gemm: Gemm): void {
  const kernels: Record<string, Kernel> = {
    Gelu: gelu,
    GeluWithSlope: geluWithSlope,
    LayerNorm: layerNorm,
    LayerNormGradient: layerNormGradient,
    SumRows: sumRows,
    Identity: identity,
    AdamStep: adamStep,
    Rollout: rollout,
    KthSmallest: kthSmallest,
    Attention: ({ heap, inputs: { qkv }, attrs }) => attention(heap, qkv, { ...attrs, gemm }),
    AttentionMap: ({ heap, inputs: { qkv }, attrs }) =>
      attention(heap, qkv, { ...attrs, gemm, weightsOnly: true })[0],
    AttentionGradient: ({ heap, inputs: { dy, qkv, weights }, attrs }) =>
      attentionGradient(heap, { dy, qkv, weights }, { ...attrs, gemm }),
  };
  for (const [kernelName, kernel] of Object.entries(kernels)) {
    replaceKernel(kernelName, ({ inputs, attrs, backend }) => {
      const heap = new Heap(backend as tf.KernelBackend);
      return kernel({ heap, simd: simdKernelsOn(heap), inputs: inputs as never, attrs });
    });
  }
  replaceMatMul("BatchMatMul", gemm);
  replaceMatMul("_FusedMatMul", gemm);
}

function replaceKernel(kernelName: string, kernelFunc: tf.KernelFunc): void {
  const replaced = tf.getKernel(kernelName, backendName);
  if (replaced) tf.unregisterKernel(kernelName, backendName);
  tf.registerKernel({ ...replaced, kernelName, backendName, kernelFunc });
}

const originals = new Map<string, tf.KernelFunc>();

/**
 * tfjs's own kernel, as it was before it was replaced.
 *
 * @internal
 */
export function originalKernel(kernelName: string): tf.KernelFunc {
  const found = originals.get(kernelName) ?? tf.getKernel(kernelName, backendName).kernelFunc;
  originals.set(kernelName, found);
  return found;
}

function replaceMatMul(kernelName: string, gemm: Gemm): void {
  const original = originalKernel(kernelName);
  replaceKernel(kernelName, (call) => {
    const operands = { ...call.inputs, ...call.attrs } as unknown as Operands & Activation;
    const { activation = "linear" } = operands;
    if (activation !== "linear" || !canMultiply(operands)) return original(call);
    return matMul(new Heap(call.backend as tf.KernelBackend), operands, gemm);
  });
}

function gelu({ heap, simd, inputs: { x } }: Call): TensorInfo {
  const y = heap.output(x.shape);
  simd.gelu(heap.address(x), heap.address(y), sizeOf(x));
  return y;
}

function geluWithSlope({ heap, simd, inputs: { x } }: Call): TensorInfo[] {
  const outputs = [heap.output(x.shape), heap.output(x.shape)];
  const [y, slope] = outputs.map((tensor) => heap.address(tensor));
  simd.geluWithSlope(heap.address(x), y, slope, sizeOf(x));
  return outputs;
}

function layerNorm({ heap, simd, inputs: { x, weight, bias }, attrs }: Call): TensorInfo[] {
  const [rows, width] = x.shape;
  const outputs = [heap.output(x.shape), heap.output([rows]), heap.output([rows])];
  const addresses = [x, weight, bias, ...outputs].map((tensor) => heap.address(tensor));
  simd.layerNorm(...addresses, rows, width, attrs.epsilon);
  return outputs;
}

function layerNormGradient({ heap, simd, inputs }: Call): TensorInfo[] {
  const { dy, x, weight, mean, inverseDeviation } = inputs;
  const [rows, width] = x.shape;
  const outputs = [heap.output(x.shape), heap.output([width]), heap.output([width])];
  const all = [dy, x, weight, mean, inverseDeviation, ...outputs];
  simd.layerNormGradient(...all.map((tensor) => heap.address(tensor)), rows, width);
  return outputs;
}

/** Shares the data, as tfjs's other backends do; its wasm backend copies. */
function identity({ heap, inputs: { x } }: Call): TensorInfo {
  heap.share(x);
  return { dataId: x.dataId, shape: x.shape, dtype: x.dtype };
}

function sumRows({ heap, simd, inputs: { matrix } }: Call): TensorInfo {
  const [rows, width] = matrix.shape;
  const sums = heap.output([width]);
  simd.sumRows(heap.address(matrix), heap.address(sums), rows, width);
  return sums;
}

function adamStep({ heap, simd, inputs, attrs }: Call): TensorInfo[] {
  const { parameter, gradient, first, second } = inputs;
  const { beta1, beta2, epsilon, stepSize, secondScale } = attrs;
  const outputs = [parameter, first, second].map(({ shape }) => heap.output(shape));
  const all = [parameter, gradient, first, second, ...outputs];
  simd.adamStep(
    ...all.map((tensor) => heap.address(tensor)),
    sizeOf(parameter),
    ...[beta1, beta2, epsilon, stepSize, secondScale, 1 - beta1, 1 - beta2],
  );
  return outputs;
}

function kthSmallest({ heap, simd, inputs: { values }, attrs: { k } }: Call): TensorInfo {
  const [batch, size] = values.shape;
  const output = heap.output([batch]);
  const selected = heap.withScratch(simd.selectionScratchBytes(size), (scratch) => {
    const rowAt = (row: number) => heap.address(values) + row * size * bytes;
    return Array.from(
      { length: batch },
      (_, row) => simd.kthSmallest(rowAt(row), size, k, scratch),
    );
  });
  new Float32Array(heap.memory.buffer, heap.address(output), batch).set(selected);
  return output;
}

function rollout({ heap, simd, inputs, attrs: { discardCount, mode } }: Call): TensorInfo {
  const layers = inputs as unknown as TensorInfo[];
  const [batch, tokens] = layers[0].shape;
  const rows = heap.output([batch, tokens]);
  const isCls = new Float32Array(tokens).fill(1, 0, 1);
  heap.withScratch(simd.rolloutScratchBytes(tokens), (scratch) => {
    for (let image = 0; image < batch; image++) {
      const row = heap.address(rows) + image * tokens * bytes;
      heap.view(row, tokens * bytes).set(new Uint8Array(isCls.buffer));
      for (const layer of layers.toReversed()) {
        const matrix = heap.address(layer) + image * tokens * tokens * bytes;
        const byColumn = Number(mode === "vit-explain");
        simd.rolloutStep(matrix, row, tokens, discardCount, byColumn, scratch);
      }
    }
  });
  return rows;
}

function sizeOf({ shape }: TensorInfo): number {
  return shape.reduce((size, side) => size * side, 1);
}
