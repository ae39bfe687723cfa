// The kernels that run on tfjs's WebAssembly heap; `deno task kernels` compiles them.
export { adamStep } from "./adam";
export { constantsBytes, placeConstants } from "./exponential";
export { gelu, geluWithSlope } from "./gelu";
export { gemmScratchBytes, sgemm } from "./gemm";
export { layerNorm, layerNormGradient } from "./layer_norm";
export { kthSmallest, selectionScratchBytes } from "./kth_smallest";
export { rolloutScratchBytes, rolloutStep } from "./rollout";
export { addHead, divide, maxHead, minHead, softmaxGradient, softmaxRows } from "./softmax";
export { repeatRow, sumRows } from "./sums";
