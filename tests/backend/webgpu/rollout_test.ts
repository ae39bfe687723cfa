import assert from "node:assert/strict";
import { Random } from "../../../lib/random/random.ts";
import { referenceRollout } from "../../../lib/rollout/reference.ts";
import { float32Tensor, type HostTensor } from "../../../lib/weights/host_tensor.ts";
import { testOnEveryBackend } from "../../support/backends.ts";
import { assertClose } from "../../support/numeric.ts";
import { runKernel } from "./run_kernel.ts";

const only: ["webgpu"] = ["webgpu"];
const modes = ["paper", "vit-explain"] as const;

/** Fused layers with rows that sum to 1, [B, T, T]; no two entries of a matrix are equal. */
function drawLayers(count: number, [batch, tokens]: [number, number]): HostTensor[] {
  const random = Random.from("rollout", count, batch, tokens);
  return Array.from({ length: count }, () => {
    const data = Float32Array.from(
      { length: batch * tokens * tokens },
      () => Math.exp(3 * random.normal()),
    );
    for (let start = 0; start < data.length; start += tokens) {
      const row = data.subarray(start, start + tokens);
      const sum = row.reduce((sum, x) => sum + x, 0);
      row.forEach((x, i) => row[i] = x / sum);
    }
    return float32Tensor([batch, tokens, tokens], data);
  });
}

async function rowsOf(layers: HostTensor[], attrs: { discardCount: number; mode: string }) {
  const [rows] = await runKernel("Rollout", { inputs: layers, attrs });
  assert.deepEqual(rows.shape, layers[0].shape.slice(0, 2));
  return rows.data;
}

testOnEveryBackend("Rollout is the CLS row of the full products in float64", async () => {
  for (const [batch, tokens] of [[1, 2], [3, 5], [2, 50], [1, 270]] as const) {
    const layers = drawLayers(tokens > 100 ? 2 : 3, [batch, tokens]); // the reference is slow
    for (const mode of modes) {
      for (const discardRatio of tokens > 100 ? [0.95] : [0, 0.5, 0.95]) {
        const discardCount = Math.floor(tokens * tokens * discardRatio);
        const rows = await rowsOf(layers, { discardCount, mode });
        for (let b = 0; b < batch; b++) {
          const attentions = layers.map(({ data }) => ({
            heads: 1,
            tokens,
            data: (data as Float32Array).slice(b * tokens ** 2, (b + 1) * tokens ** 2),
          }));
          const expected = referenceRollout(attentions, {
            headFusion: "mean",
            discardRatio,
            mode,
            numPrefixTokens: 1,
            grid: [1, tokens - 1],
          });
          const actual = rows.slice(b * tokens + 1, (b + 1) * tokens);
          const label = `[${batch},${tokens}], ${mode}, ${discardRatio}`;
          const tolerance = 1e-5 * Math.max(...expected);
          assertClose(actual, expected, { tolerance, label });
        }
      }
    }
  }
}, { only });

testOnEveryBackend(
  "Rollout discards all entries equal to the k-th smallest, CLS→CLS never",
  async () => {
    // Of the four smallest, one is the first entry, which stays; the twins of the fourth go with it.
    const layer = float32Tensor(
      [1, 3, 3],
      Float32Array.of(0.1, 0.2, 0.7, 0.2, 0.2, 0.6, 0.2, 0.5, 0.3),
    );
    const rows = await rowsOf([layer], { discardCount: 3, mode: "paper" });
    const sum = 0.1 + 0.7 + 1;
    assertClose(rows, [1.1 / sum, 0, 0.7 / sum], { tolerance: 1e-6 });
  },
  { only },
);

testOnEveryBackend("Rollout keeps CLS→CLS alone when everything is discarded", async () => {
  const layers = drawLayers(2, [2, 5]);
  const rows = await rowsOf(layers, { discardCount: 25, mode: "paper" });
  assertClose(rows, [1, 0, 0, 0, 0, 1, 0, 0, 0, 0], { tolerance: 1e-6 });
}, { only });

testOnEveryBackend("Rollout finds thresholds among zeros, neighbours and magnitudes", async () => {
  const tokens = 40;
  const random = Random.from("thresholds");
  const smallest = 2 ** -20;
  const draws: (() => number)[] = [
    () => random.chance(0.7) ? 0 : random.uniform(),
    () => smallest * (1 + random.integer(0, 3000) * 2 ** -23),
    () => Math.exp(random.normal(-20, 12)),
  ];
  for (const draw of draws) {
    const data = Float32Array.from({ length: tokens ** 2 }, draw);
    const layer = float32Tensor([1, tokens, tokens], data);
    for (const discardCount of [1, 2, 800, 1520, 1599]) {
      const threshold = data.toSorted()[discardCount - 1];
      const kept = [...data.subarray(0, tokens)].map((x, i) => i === 0 || x > threshold ? x : 0);
      const sum = kept.reduce((sum, x) => sum + x, 1);
      const rows = await rowsOf([layer], { discardCount, mode: "paper" });
      const expected = kept.map((x, i) => (x + (i === 0 ? 1 : 0)) / sum);
      assertClose(rows, expected, { tolerance: 1e-6, label: `${discardCount}` });
    }
  }
}, { only });

testOnEveryBackend("Rollout takes layers that do not fit into one binding together", async () => {
  const tokens = 2900; // four layers are 135 MB, where every GPU binds 128 MiB
  const random = Random.from("rollout", "large");
  let expected: number[] = Array.from({ length: tokens }, (_, i) => i === 0 ? 1 : 0);
  const layers = Array.from({ length: 4 }, () => {
    const row = Float32Array.from({ length: tokens }, () => random.uniform() / tokens * 2);
    const data = new Float32Array(tokens ** 2);
    for (let start = 0; start < data.length; start += tokens) data.set(row, start);
    return { row, layer: float32Tensor([1, tokens, tokens], data) };
  });
  for (const { row } of layers.toReversed()) { // all rows alike: v·(A + I) is row·Σv + v
    const [sum, rowSum] = [expected, [...row]].map((all) => all.reduce((a, b) => a + b, 0));
    expected = expected.map((v, i) => (v + row[i] * sum) / (rowSum + 1));
  }
  const attrs = { discardCount: 0, mode: "paper" };
  assertClose(await rowsOf(layers.map(({ layer }) => layer), attrs), expected, { tolerance: 1e-6 });
}, { only });
