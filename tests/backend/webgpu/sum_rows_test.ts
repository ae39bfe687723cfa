import assert from "node:assert/strict";
import { float32Tensor } from "../../../lib/weights/host_tensor.ts";
import { testOnEveryBackend } from "../../support/backends.ts";
import { assertClose } from "../../support/numeric.ts";
import { normalTensor } from "../differentiate.ts";
import { runKernel } from "./run_kernel.ts";

const only: ["webgpu"] = ["webgpu"];

testOnEveryBackend("SumRows sums each column", async () => {
  const shapes = [[1, 1], [1, 64], [63, 1030], [64, 3], [65, 12], [394, 191], [1000, 8]];
  for (const [rows, width] of shapes) {
    const matrix = normalTensor("matrix", [rows, width]);
    const [sums] = await runKernel("SumRows", { inputs: { matrix } });
    assert.deepEqual(sums.shape, [width]);
    const expected = Array.from({ length: width }, () => 0);
    (matrix.data as Float32Array).forEach((value, i) => expected[i % width] += value);
    assertClose(sums.data, expected, { tolerance: 2e-5, label: `[${rows},${width}]` });
  }
}, { only });

testOnEveryBackend("SumRows gives zeros for no rows", async () => {
  const matrix = float32Tensor([0, 3], new Float32Array());
  const [sums] = await runKernel("SumRows", { inputs: { matrix } });
  assert.deepEqual([...sums.data], [0, 0, 0]);
}, { only });
