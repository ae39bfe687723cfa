import assert from "node:assert/strict";
import { float32Tensor } from "../../../lib/weights/host_tensor.ts";
import { testOnEveryBackend } from "../../support/backends.ts";
import { assertClose } from "../../support/numeric.ts";
import { normalTensor } from "../differentiate.ts";
import { runKernel } from "./run_kernel.ts";

const only: ["webgpu"] = ["webgpu"];

testOnEveryBackend("Gelu is x·Φ(x), to a relative 1e-5 far into the tail", async () => {
  const x = Float32Array.from({ length: 161 }, (_, i) => (i - 80) / 10);
  for (const length of [x.length, 160]) { // not a multiple of four, and one
    const [y] = await runKernel("Gelu", {
      inputs: { x: float32Tensor([length], x.slice(0, length)) },
    });
    y.data.forEach((actual, i) => {
      const expected = x[i] * normalCdf(x[i]);
      const bound = 1e-5 * Math.abs(expected) + 1e-37; // a GPU may flush what is smaller to zero
      assert(Math.abs(actual - expected) <= bound, `GELU(${x[i]}) is ${actual}, not ${expected}`);
    });
  }
}, { only });

testOnEveryBackend("GeluGradient is dy·(Φ(x) + x·φ(x))", async () => {
  for (const shape of [[1], [3, 5], [4, 257, 3], [64, 1028]]) {
    const x = normalTensor("x", shape);
    const dy = normalTensor("dy", shape);
    const [dx] = await runKernel("GeluGradient", { inputs: { dy, x } });
    assert.deepEqual(dx.shape, shape);
    const expected = Array.from(x.data as Float32Array, (x, i) => {
      const density = Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
      return (dy.data as Float32Array)[i] * (normalCdf(x) + x * density);
    });
    assertClose(dx.data, expected, { tolerance: 2e-6, label: `[${shape}]` });
  }
}, { only });

testOnEveryBackend("Gelu and its gradient take empty tensors", async () => {
  const x = float32Tensor([0, 4], new Float32Array());
  const [y] = await runKernel("Gelu", { inputs: { x } });
  const [dx] = await runKernel("GeluGradient", { inputs: { dy: x, x } });
  assert.deepEqual([y, dx], Array(2).fill({ shape: [0, 4], data: new Float32Array() }));
}, { only });

/**
 * Φ(x): near 0 by ½ + φ(x)·(x + x³/3 + x⁵/(3·5) + …) (Marsaglia 2004, doi:10.18637/jss.v011.i04), and in
 * the tails by Laplace's continued fraction φ(x)/(x + 1/(x + 2/(x + 3/…))).
 */
function normalCdf(x: number): number {
  const density = Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
  if (Math.abs(x) > 3) {
    let fraction = Math.abs(x);
    for (let k = 100; k > 0; k--) fraction = Math.abs(x) + k / fraction;
    return x < 0 ? density / fraction : 1 - density / fraction;
  }
  let term = x;
  let sum = x;
  for (let odd = 3; Math.abs(term) > 1e-17; odd += 2) sum += term *= x * x / odd;
  return 0.5 + sum * density;
}
