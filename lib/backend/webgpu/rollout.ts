/**
 * Attention rollout on WebGPU: the thresholds of all layers in one dispatch, what is left of their rows in
 * another, and the row vector through all layers in a third.
 *
 * Shape letters: L layers, B batch, T tokens.
 *
 * @module
 */
import type { TensorInfo } from "../tensors.ts";
import { gather } from "./copies.ts";
import { dispatch } from "./dispatch.ts";
import { kthSmallest } from "./kth_smallest.ts";
import kept from "./rollout_kept.wgsl" with { type: "text" };
import rowSource from "./rollout_row.wgsl" with { type: "text" };
import rowSumsSource from "./rollout_row_sums.wgsl" with { type: "text" };
import type { KernelCall, WebGpuBackend } from "./webgpu_backend.ts";

/** What a rollout is computed with. */
export interface RolloutAttributes {
  /** Entries that each layer loses. */
  readonly discardCount: number;
  /** How each layer is normalised. */
  readonly mode: "paper" | "vit-explain";
}

/** What takes the vector through some layers. */
interface Passage extends RolloutAttributes {
  readonly backend: WebGpuBackend;
  readonly layers: readonly TensorInfo[];
}

/**
 * The CLS row of a_L ⋯ a_1, from fused layers [B, T, T], the first layer first.
 *
 * @returns float32 [B, T].
 */
export function rollout(
  { inputs: layers, attrs, backend }: KernelCall<readonly TensorInfo[], RolloutAttributes>,
): TensorInfo {
  const [batch, tokens] = layers[0].shape;
  const bytesPerLayer = 4 * batch * tokens * tokens;
  const layersAtOnce = Math.floor(
    backend.device.limits.maxStorageBufferBindingSize / bytesPerLayer,
  );
  const isCls = Float32Array.from({ length: batch * tokens }, (_, i) => i % tokens === 0 ? 1 : 0);
  let row = backend.makeTensorInfo([batch, tokens], "float32", isCls);
  for (let end = layers.length; end > 0; end -= layersAtOnce) {
    const some = layers.slice(Math.max(0, end - layersAtOnce), end);
    const next = pass(row, { ...attrs, backend, layers: some });
    backend.disposeData(row.dataId);
    row = next;
  }
  return row;
}

function pass(row: TensorInfo, { backend, layers, discardCount, mode }: Passage): TensorInfo {
  const [batch, numTokens] = row.shape;
  const numMatrices = layers.length * batch;
  const area = numTokens * numTokens;
  const stacked = gather(layers, {
    offsets: layers.map((_, layer) => layer * batch * area),
    size: numMatrices * area,
    backend,
  }); // [L, B, T, T]
  const thresholds = thresholdsOf(stacked, { numMatrices, discardCount, backend });
  const [rowSums] = dispatch({
    name: "RolloutRowSums",
    sources: () => [kept, rowSumsSource],
    constants: { numTokens },
  }, {
    backend,
    inputs: [stacked, thresholds],
    outputs: [[numMatrices, numTokens]],
    workgroups: numMatrices,
  });
  const [after] = dispatch({
    name: "RolloutRow",
    sources: () => [kept, rowSource],
    constants: { numTokens, threads: threadsOf(backend.device), scalesBefore: mode === "paper" },
  }, {
    backend,
    inputs: [stacked, thresholds, rowSums, row],
    outputs: [row.shape],
    workgroups: batch,
  });
  for (const { dataId } of [stacked, thresholds, rowSums]) backend.disposeData(dataId);
  return after;
}

/** The value up to which each matrix's entries are discarded, float32 [matrices]. */
function thresholdsOf(
  stacked: TensorInfo,
  { numMatrices, discardCount, backend }: {
    numMatrices: number;
    discardCount: number;
    backend: WebGpuBackend;
  },
): TensorInfo {
  if (discardCount === 0) { // below every entry
    return backend.makeTensorInfo([numMatrices], "float32", new Float32Array(numMatrices).fill(-1));
  }
  const values = { ...stacked, shape: [numMatrices, stacked.shape[0] / numMatrices] };
  return kthSmallest({ inputs: { values }, attrs: { k: discardCount }, backend });
}

/** A multiple of the columns that `rollout_row.wgsl` treats at once. */
function threadsOf({ limits }: GPUDevice): number {
  const { maxComputeInvocationsPerWorkgroup, maxComputeWorkgroupSizeX } = limits;
  return Math.min(maxComputeInvocationsPerWorkgroup, maxComputeWorkgroupSizeX) >= 1024 ? 1024 : 256;
}
