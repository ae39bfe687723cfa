import assert from "node:assert/strict";
import { float32Tensor, type HostTensor } from "../../../lib/weights/host_tensor.ts";
import { testOnEveryBackend } from "../../support/backends.ts";
import { assertClose } from "../../support/numeric.ts";
import { normalTensor } from "../differentiate.ts";
import { runKernel } from "./run_kernel.ts";

const only: ["webgpu"] = ["webgpu"];
const epsilon = 1e-6;

/** Awkward widths and numbers of rows: below, at and beyond workgroups and strips of columns. */
const shapes = [[1, 1], [5, 3], [3, 192], [197, 66], [591, 192], [2, 1028]];

interface Reference {
  readonly y: number[];
  readonly mean: number[];
  readonly inverseDeviation: number[];
  readonly normalised: number[];
}

function inputsOf([rows, width]: number[]) {
  return {
    x: normalTensor("x", [rows, width]),
    weight: normalTensor("weight", [width]),
    bias: normalTensor("bias", [width]),
    dy: normalTensor("dy", [rows, width]),
  };
}

function values({ data }: HostTensor): number[] {
  return Array.from(data as Float32Array);
}

function reference(x: HostTensor, weight: HostTensor, bias: HostTensor): Reference {
  const [rows, width] = x.shape;
  const [scale, shift] = [values(weight), values(bias)];
  const result: Reference = { y: [], mean: [], inverseDeviation: [], normalised: [] };
  for (let row = 0; row < rows; row++) {
    const entries = values(x).slice(row * width, (row + 1) * width);
    const mean = sum(entries) / width;
    const variance = sum(entries.map((entry) => (entry - mean) ** 2)) / width;
    const inverse = 1 / Math.sqrt(variance + epsilon);
    const normalised = entries.map((entry) => (entry - mean) * inverse);
    result.mean.push(mean);
    result.inverseDeviation.push(inverse);
    result.normalised.push(...normalised);
    result.y.push(...normalised.map((entry, i) => entry * scale[i] + shift[i]));
  }
  return result;
}

testOnEveryBackend("LayerNorm gives rows, means and inverse deviations", async () => {
  for (const shape of shapes) {
    const { x, weight, bias } = inputsOf(shape);
    const outputs = await runKernel("LayerNorm", {
      inputs: { x, weight, bias },
      attrs: { epsilon },
    });
    assert.deepEqual(outputs.map(({ shape }) => shape), [shape, [shape[0]], [shape[0]]]);
    const { y, mean, inverseDeviation } = reference(x, weight, bias);
    [y, mean].forEach((expected, i) =>
      assertClose(outputs[i].data, expected, { tolerance: 1e-5, label: `[${shape}], output ${i}` })
    );
    const ratios = outputs[2].data.map((inverse, row) => inverse / inverseDeviation[row]);
    assertClose(ratios, ratios.map(() => 1), { tolerance: 1e-5 });
  }
}, { only });

testOnEveryBackend("LayerNorm keeps its precision far from zero", async () => {
  const { x, weight, bias } = inputsOf([3, 192]);
  const shifted = float32Tensor(x.shape, (x.data as Float32Array).map((x) => x + 100));
  const [y] = await runKernel("LayerNorm", {
    inputs: { x: shifted, weight, bias },
    attrs: { epsilon },
  });
  assertClose(y.data, reference(shifted, weight, bias).y, { tolerance: 1e-4 });
}, { only });

testOnEveryBackend("LayerNormGradient gives dx, dWeight and dBias", async () => {
  for (const shape of shapes) {
    const [rows, width] = shape;
    const { x, weight, bias, dy } = inputsOf(shape);
    const { mean, inverseDeviation, normalised } = reference(x, weight, bias);
    const outputs = await runKernel("LayerNormGradient", {
      inputs: {
        dy,
        x,
        weight,
        mean: float32Tensor([rows], Float32Array.from(mean)),
        inverseDeviation: float32Tensor([rows], Float32Array.from(inverseDeviation)),
      },
    });
    assert.deepEqual(outputs.map(({ shape }) => shape), [shape, [width], [width]]);
    const [slopes, scale] = [values(dy), values(weight)];
    const dx = slopes.map((_, index) => {
      const row = Math.floor(index / width);
      const g = scale.map((scale, i) => scale * slopes[row * width + i]);
      const along = g.map((g, i) => g * normalised[row * width + i]);
      const centred = g[index % width] - sum(g) / width - normalised[index] * sum(along) / width;
      return centred * inverseDeviation[row];
    });
    const overRows = (entries: number[]) =>
      scale.map((_, i) => sum(entries.filter((_, index) => index % width === i)));
    const dWeight = overRows(slopes.map((slope, index) => slope * normalised[index]));
    [dx, dWeight, overRows(slopes)].forEach((expected, i) => {
      const largest = Math.max(1, ...expected.map(Math.abs));
      const label = `[${shape}], output ${i}`;
      assertClose(outputs[i].data, expected, { tolerance: 1e-5 * largest, label });
    });
  }
}, { only });

function sum(numbers: number[]): number {
  return numbers.reduce((sum, x) => sum + x, 0);
}
