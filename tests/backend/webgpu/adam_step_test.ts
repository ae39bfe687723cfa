import assert from "node:assert/strict";
import { testOnEveryBackend } from "../../support/backends.ts";
import { float32Tensor, type HostTensor } from "../../../lib/weights/host_tensor.ts";
import { assertClose } from "../../support/numeric.ts";
import { normalTensor } from "../differentiate.ts";
import { type KernelOutput, runKernel } from "./run_kernel.ts";

const only: ["webgpu"] = ["webgpu"];
const attrs = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, stepSize: 0.01, secondScale: 3.2 };

interface State {
  readonly parameter: HostTensor;
  readonly gradient: HostTensor;
  readonly first: HostTensor;
  readonly second: HostTensor;
}

function stateOf(shape: readonly number[]): State {
  const [parameter, gradient, first, root] = ["parameter", "gradient", "first", "second"]
    .map((name) => normalTensor(name, shape));
  const second = float32Tensor(shape, (root.data as Float32Array).map((x) => x * x));
  return { parameter, gradient, first, second };
}

function assertStepped(outputs: readonly KernelOutput[], state: State): void {
  const { shape } = state.parameter;
  const [theta, g, m, v] = [state.parameter, state.gradient, state.first, state.second]
    .map(({ data }) => Array.from(data as Float32Array));
  const first = m.map((m, i) => 0.9 * m + 0.1 * g[i]);
  const second = v.map((v, i) => 0.999 * v + 0.001 * g[i] ** 2);
  const updated = theta.map((theta, i) =>
    theta - 0.01 * first[i] / (Math.sqrt(second[i]) * 3.2 + 1e-8)
  );
  [updated, first, second].forEach((expected, i) => {
    assert.deepEqual(outputs[i].shape, shape);
    assertClose(outputs[i].data, expected, { tolerance: 1e-5, label: `[${shape}], output ${i}` });
  });
}

testOnEveryBackend("AdamStep gives the new parameter and moments", async () => {
  for (const shape of [[1], [3, 7], [192, 64], [5, 1030]]) {
    const state = stateOf(shape);
    assertStepped(await runKernel("AdamStep", { inputs: { ...state }, attrs }), state);
  }
}, { only });

testOnEveryBackend("AdamSteps does so for many parameters, small and large", async () => {
  for (const shapes of [[[3], [512, 513], [4, 2], [1]], [[512, 513]], [[7]]]) {
    const states = shapes.map(stateOf);
    const inputs = states.flatMap(({ parameter, gradient, first, second }) => [
      parameter,
      gradient,
      first,
      second,
    ]);
    const outputs = await runKernel("AdamSteps", { inputs, attrs });
    assert.equal(outputs.length, 3 * states.length);
    states.forEach((state, i) => assertStepped(outputs.slice(3 * i, 3 * i + 3), state));
  }
}, { only });
