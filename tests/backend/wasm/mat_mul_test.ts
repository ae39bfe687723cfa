import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { originalKernel } from "../../../lib/backend/wasm/register.ts";
import { testOnEveryBackend } from "../../support/backends.ts";
import { assertClose } from "../../support/numeric.ts";
import { normalTensor, upload } from "../differentiate.ts";

const onWasm = { only: ["wasm" as const, "wasm without BLAS" as const] };

/** What tfjs's own kernel of this name gives. */
function plain(kernelName: string, inputs: Record<string, tf.Tensor>, attrs: object): tf.Tensor {
  const call = { inputs, attrs, backend: tf.backend() } as never;
  const { dataId, shape } = originalKernel(kernelName)(call) as tf.TensorInfo;
  return tf.engine().makeTensorFromDataId(dataId, shape, "float32");
}

/** Names, stored shapes of a and b as [rows, columns] before any transposition, leading axes. */
const products: [name: string, batches: [number[], number[]], sizes: [number, number, number]][] = [
  ["single numbers", [[], []], [1, 1, 1]],
  ["a row and a column", [[], []], [1, 300, 1]],
  ["a column and a row", [[], []], [7, 1, 9]],
  ["sizes off every tile and block", [[], []], [103, 517, 1031]],
  ["whole tiles", [[], []], [96, 256, 64]],
  ["batches", [[3], [3]], [5, 7, 11]],
  ["batches of batches", [[2, 3], [2, 3]], [13, 6, 8]],
  ["one right matrix for a batch", [[4], [1]], [5, 6, 7]],
  ["one left matrix for a batch", [[1], [4]], [5, 6, 7]],
  ["many terms", [[2], [2]], [6, 1000, 10]],
];

for (const [name, [batchA, batchB], [m, k, n]] of products) {
  for (
    const [transposeA, transposeB] of [[false, false], [false, true], [true, false], [true, true]]
  ) {
    const turned = [transposeA && "aᵀ", transposeB && "bᵀ"].filter(Boolean).join(" ");
    testOnEveryBackend(`matMul() of ${name} ${turned}, as tfjs's own`, async () => {
      const [ours, theirs] = tf.tidy(() => {
        const a = upload(normalTensor("a", [...batchA, ...(transposeA ? [k, m] : [m, k])]));
        const b = upload(normalTensor("b", [...batchB, ...(transposeB ? [n, k] : [k, n])]));
        return [
          tf.matMul(a, b, transposeA, transposeB),
          plain("BatchMatMul", { a, b }, { transposeA, transposeB }),
        ];
      });
      assert.deepEqual(ours.shape, theirs.shape);
      assertClose(await ours.data(), await theirs.data(), { tolerance: 1e-6 * k + 1e-6 });
      tf.dispose([ours, theirs]);
    }, onWasm);
  }
}

testOnEveryBackend("fused.matMul() adds the bias to each row", async () => {
  const [ours, theirs] = tf.tidy(() => {
    const [a, b] = [upload(normalTensor("a", [2, 5, 9])), upload(normalTensor("b", [2, 9, 6]))];
    const bias = upload(normalTensor("bias", [6])) as tf.Tensor1D;
    const product = plain("BatchMatMul", { a, b }, { transposeA: false, transposeB: false });
    return [tf.fused.matMul({ a, b, bias }), product.add(bias)];
  });
  assert.deepEqual(ours.shape, [2, 5, 6]);
  assertClose(await ours.data(), await theirs.data(), { tolerance: 1e-5 });
  tf.dispose([ours, theirs]);
}, onWasm);

testOnEveryBackend("fused.matMul() leaves activations to tfjs", async () => {
  const y = tf.tidy(() =>
    tf.fused.matMul({
      a: tf.tensor2d([[1, 2]]),
      b: tf.tensor2d([[1, -1], [1, -1]]),
      bias: tf.tensor1d([0.5, 0.5]),
      activation: "relu",
    })
  );
  assert.deepEqual([...await y.data()], [3.5, 0]);
  y.dispose();
}, onWasm);

testOnEveryBackend("matMul() takes matrices without elements", () => {
  tf.tidy(() => {
    const empty = tf.matMul(tf.zeros([0, 3]), tf.ones([3, 2]));
    assert.deepEqual(empty.shape, [0, 2]);
  });
}, onWasm);

testOnEveryBackend("matMul() is right while the heap grows", async () => {
  const memory = (tf.backend() as unknown as { wasm: { HEAPU8: Uint8Array } }).wasm;
  const before = memory.HEAPU8.length;
  const kept: tf.Tensor[] = [];
  const a = upload(normalTensor("a", [40, 30]));
  const b = upload(normalTensor("b", [30, 50]));
  const first = tf.matMul(a, b);
  const expected = await first.data();
  while (memory.HEAPU8.length === before) {
    kept.push(tf.zeros([4e6])); // 16 MB
    const y = tf.matMul(a, b);
    assert.deepEqual(await y.data(), expected);
    kept.push(y);
  }
  tf.dispose([a, b, first, kept]);
}, onWasm);
