import assert from "node:assert/strict";
import { float32Tensor, type HostTensor } from "../../../lib/weights/host_tensor.ts";
import { testOnEveryBackend } from "../../support/backends.ts";
import { assertClose } from "../../support/numeric.ts";
import { normalTensor } from "../differentiate.ts";
import { type KernelOutput, runKernel } from "./run_kernel.ts";

const only: ["webgpu"] = ["webgpu"];

interface Sizes {
  readonly batch: number;
  readonly tokens: number;
  readonly numHeads: number;
  readonly headWidth: number;
}

/** Below, at and beyond tiles of 32 queries, 64 keys and 64 channels; widths that are no multiple of 4. */
const cases: Sizes[] = [
  { batch: 1, tokens: 1, numHeads: 1, headWidth: 1 },
  { batch: 3, tokens: 5, numHeads: 2, headWidth: 3 },
  { batch: 1, tokens: 64, numHeads: 3, headWidth: 64 },
  { batch: 3, tokens: 33, numHeads: 1, headWidth: 20 },
  { batch: 1, tokens: 65, numHeads: 2, headWidth: 130 },
  { batch: 1, tokens: 197, numHeads: 2, headWidth: 64 },
];

interface Reference {
  /** [B, T, D] */
  readonly mixed: Float64Array;
  /** [B, H, T, T] */
  readonly weights: Float64Array;
  /** [B, T, 3·D] */
  readonly dQkv: Float64Array;
}

/** Everything by the book, in float64. */
function reference(qkv: HostTensor, sizes: Sizes, dy?: HostTensor): Reference {
  const { batch, tokens, numHeads, headWidth } = sizes;
  const width = numHeads * headWidth;
  const [x, slopes] = [qkv.data as Float32Array, dy?.data as Float32Array | undefined];
  const mixed = new Float64Array(batch * tokens * width);
  const weights = new Float64Array(batch * numHeads * tokens * tokens);
  const dQkv = new Float64Array(x.length);
  const every = Array.from({ length: tokens }, (_, token) => token);
  const channels = Array.from({ length: headWidth }, (_, channel) => channel);
  for (let b = 0; b < batch; b++) {
    for (let h = 0; h < numHeads; h++) {
      const at = (part: number, token: number) =>
        ((b * tokens + token) * 3 + part) * width + h * headWidth;
      const out = (token: number) => (b * tokens + token) * width + h * headWidth;
      for (const i of every) {
        const scores = every.map((j) =>
          sum(channels.map((c) => x[at(0, i) + c] * x[at(1, j) + c])) / Math.sqrt(headWidth)
        );
        const largest = Math.max(...scores);
        const powers = scores.map((score) => Math.exp(score - largest));
        const row = powers.map((power) => power / sum(powers));
        weights.set(row, ((b * numHeads + h) * tokens + i) * tokens);
        for (const j of every) {
          for (const c of channels) mixed[out(i) + c] += row[j] * x[at(2, j) + c];
        }
        if (!slopes) continue;
        const dRow = every.map((j) =>
          sum(channels.map((c) => slopes[out(i) + c] * x[at(2, j) + c]))
        );
        const along = sum(dRow.map((slope, j) => slope * row[j]));
        for (const j of every) {
          const dScore = row[j] * (dRow[j] - along) / Math.sqrt(headWidth);
          for (const c of channels) {
            dQkv[at(0, i) + c] += dScore * x[at(1, j) + c];
            dQkv[at(1, j) + c] += dScore * x[at(0, i) + c];
            dQkv[at(2, j) + c] += row[j] * slopes[out(i) + c];
          }
        }
      }
    }
  }
  return { mixed, weights, dQkv };
}

const folds = {
  mean: mean,
  max: (x: number[]) => Math.max(...x),
  min: (x: number[]) => Math.min(...x),
};

function fuse(weights: Float64Array, sizes: Sizes, fusion: keyof typeof folds): number[] {
  const { batch, tokens, numHeads } = sizes;
  const area = tokens * tokens;
  return Array.from({ length: batch * area }, (_, index) => {
    const [b, entry] = [Math.floor(index / area), index % area];
    return folds[fusion](
      Array.from({ length: numHeads }, (_, h) => weights[(b * numHeads + h) * area + entry]),
    );
  });
}

function qkvOf({ batch, tokens, numHeads, headWidth }: Sizes): HostTensor {
  return normalTensor("qkv", [batch, tokens, 3 * numHeads * headWidth]);
}

function assertOutput(
  output: KernelOutput,
  expected: { shape: number[]; data: ArrayLike<number> },
  label: string,
): void {
  assert.deepEqual(output.shape, expected.shape, label);
  const largest = Array.from(expected.data).reduce((a, b) => Math.max(a, Math.abs(b)), 0);
  assertClose(output.data, expected.data, { tolerance: 1e-5 * largest, label });
}

for (const sizes of cases) {
  const { batch, tokens, numHeads, headWidth } = sizes;
  const title = `of ${batch}×${tokens} tokens, ${numHeads} heads of ${headWidth}`;

  testOnEveryBackend(`Attention and AttentionMap are softmax(qkᵀ/√d) ${title}`, async () => {
    const qkv = qkvOf(sizes);
    const { mixed, weights } = reference(qkv, sizes);
    const mixedShape = [batch, tokens, numHeads * headWidth];
    const [alone] = await runKernel("Attention", {
      inputs: { qkv },
      attrs: { numHeads, keep: "nothing" },
    });
    assertOutput(alone, { shape: mixedShape, data: mixed }, "mixed");
    for (const keep of ["all", "mean", "max", "min"] as const) {
      const map = keep === "all"
        ? { shape: [batch, numHeads, tokens, tokens], data: weights }
        : { shape: [batch, tokens, tokens], data: fuse(weights, sizes, keep) };
      const attrs = { numHeads, keep };
      const outputs = await runKernel("Attention", { inputs: { qkv }, attrs });
      assert.equal(outputs.length, 2);
      assert.deepEqual(outputs[0], alone);
      assertOutput(outputs[1], map, `${keep}, beside the values`);
      const [mapAlone] = await runKernel("AttentionMap", { inputs: { qkv }, attrs });
      assertOutput(mapAlone, map, keep);
    }
  }, { only });

  testOnEveryBackend(`AttentionGradient is the gradient by qkv ${title}`, async () => {
    const qkv = qkvOf(sizes);
    const dy = normalTensor("dy", [batch, tokens, numHeads * headWidth]);
    const { weights, dQkv } = reference(qkv, sizes, dy);
    const shape = [batch, numHeads, tokens, tokens];
    const [output] = await runKernel("AttentionGradient", {
      inputs: { dy, qkv, weights: float32Tensor(shape, Float32Array.from(weights)) },
      attrs: { numHeads },
    });
    assertOutput(output, { shape: [...qkv.shape], data: dQkv }, "dqkv");
  }, { only });
}

testOnEveryBackend("Attention() stays finite for scores that overflow an exponential", async () => {
  const sizes = { batch: 1, tokens: 70, numHeads: 1, headWidth: 4 };
  const small = qkvOf(sizes);
  const qkv = float32Tensor(small.shape, (small.data as Float32Array).map((x) => 30 * x));
  const { mixed, weights } = reference(qkv, sizes);
  const outputs = await runKernel("Attention", {
    inputs: { qkv },
    attrs: { numHeads: 1, keep: "all" },
  });
  assertClose(outputs[0].data, mixed, { tolerance: 5e-3 }); // scores of about 1e3 to 24 bits
  assertClose(outputs[1].data, weights, { tolerance: 1e-4 });
}, { only });

function sum(numbers: number[]): number {
  return numbers.reduce((sum, x) => sum + x, 0);
}

function mean(numbers: number[]): number {
  return sum(numbers) / numbers.length;
}
