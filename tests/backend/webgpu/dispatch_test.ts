import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { registerWebGpuKernels } from "../../../lib/backend/webgpu/register.ts";
import { float32Tensor } from "../../../lib/weights/host_tensor.ts";
import { testOnEveryBackend } from "../../support/backends.ts";
import { assertClose } from "../../support/numeric.ts";
import { runKernel } from "./run_kernel.ts";

const only: ["webgpu"] = ["webgpu"];

function gelu(x: tf.Tensor): tf.Tensor {
  registerWebGpuKernels();
  return tf.engine().runKernel("Gelu", { x }) as unknown as tf.Tensor;
}

testOnEveryBackend(
  "dispatch() runs between tfjs's programs in the order of the calls",
  async () => {
    const y = tf.tidy(() => {
      let x: tf.Tensor = tf.fill([1000, 3], 20); // GELU hands on numbers as large as these
      for (let i = 0; i < 40; i++) x = gelu(x.add(1)); // more than tfjs submits at once
      return x.sub(10);
    });
    assert.deepEqual([...new Set(await y.data())], [50]);
    y.dispose();
  },
  { only },
);

testOnEveryBackend("dispatch() leaves a tensor's memory to tfjs", async () => {
  const x = tf.ones([50, 77]);
  const run = async () => {
    const y = tf.tidy(() => gelu(gelu(x)));
    const read = await y.data();
    y.dispose();
    return read;
  };
  const first = await run();
  const { numBytesInGPU, numTensors, numDataBuffers } = tf.memory() as tf.MemoryInfo & {
    numBytesInGPU: number;
  };
  for (let i = 0; i < 5; i++) assert.deepEqual(await run(), first);
  const after = tf.memory();
  assert.deepEqual(
    { ...after, unreliable: false },
    { ...after, numBytesInGPU, numTensors, numDataBuffers, unreliable: false },
  );
  x.dispose();
}, { only });

testOnEveryBackend("dispatch() spreads more workgroups than one direction takes", async () => {
  const rows = 70_000; // a workgroup each; 65,535 in a direction is what every GPU takes
  const x = float32Tensor([rows, 1], new Float32Array(rows));
  const [weight, bias] = [1, 2].map((value) => float32Tensor([1], Float32Array.of(value)));
  const [y] = await runKernel("LayerNorm", {
    inputs: { x, weight, bias },
    attrs: { epsilon: 1e-6 },
  });
  assertClose(y.data, new Float32Array(rows).fill(2), { tolerance: 0 });
}, { only });

testOnEveryBackend("dispatch() is timed by tf.time()", async () => {
  const x = tf.ones([64, 64]);
  const time = await tf.time(() => tf.tidy(() => void gelu(x))) as tf.TimingInfo & {
    getExtraProfileInfo(): string;
  };
  assert.match(time.getExtraProfileInfo(), /^Gelu: \d/);
  x.dispose();
}, { only });
