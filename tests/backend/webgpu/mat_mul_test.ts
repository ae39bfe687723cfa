import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { tilingOf } from "../../../lib/backend/webgpu/mat_mul_tiling.ts";
import { registerWebGpuKernels } from "../../../lib/backend/webgpu/register.ts";
import type { HostTensor } from "../../../lib/weights/host_tensor.ts";
import { testOnEveryBackend } from "../../support/backends.ts";
import { assertClose } from "../../support/numeric.ts";
import { normalTensor, upload } from "../differentiate.ts";
import { runKernel } from "./run_kernel.ts";

const only: ["webgpu"] = ["webgpu"];

interface Product {
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
}

/** At, below and beyond slices and tiles, in fours and not; one that is split; one of large tiles. */
const products: Product[] = [
  { rows: 1, inner: 1, columns: 1 },
  { rows: 3, inner: 5, columns: 7 },
  { rows: 64, inner: 16, columns: 64 },
  { rows: 65, inner: 36, columns: 132 },
  { rows: 30, inner: 1029, columns: 12 },
  { rows: 2100, inner: 24, columns: 2020 },
];

const turns = [[false, false], [true, false], [false, true], [true, true]];

/** Checks a few hundred entries: all of a large product would take too long here. */
function assertProduct(
  actual: Float32Array,
  { a, b, bias, product: { rows, inner, columns }, turned: [left, right], label }: {
    a: Float32Array;
    b: Float32Array;
    bias?: Float32Array;
    product: Product;
    turned: boolean[];
    label: string;
  },
): void {
  assert.equal(actual.length, rows * columns, label);
  const step = Math.max(1, Math.floor(rows * columns / 997)); // prime: every row and column has its turn
  const entries = Array.from({ length: Math.ceil(rows * columns / step) }, (_, i) => i * step);
  const expected = entries.map((entry) => {
    const [row, column] = [Math.floor(entry / columns), entry % columns];
    let sum = bias?.[column] ?? 0;
    for (let k = 0; k < inner; k++) {
      sum += a[left ? k * rows + row : row * inner + k] *
        b[right ? column * inner + k : k * columns + column];
    }
    return sum;
  });
  const tolerance = 1e-5 * Math.sqrt(inner);
  assertClose(entries.map((entry) => actual[entry]), expected, { tolerance, label });
}

function operands({ rows, inner, columns }: Product, [left, right]: boolean[]) {
  return {
    a: normalTensor("a", left ? [inner, rows] : [rows, inner]),
    b: normalTensor("b", right ? [columns, inner] : [inner, columns]),
  };
}

for (const product of products) {
  const { rows, inner, columns } = product;
  testOnEveryBackend(
    `BatchMatMul multiplies ${rows}×${inner}×${columns}, turned or not`,
    async () => {
      for (const turned of turns) {
        const [transposeA, transposeB] = turned;
        const { a, b } = operands(product, turned);
        const [c] = await runKernel("BatchMatMul", {
          inputs: { a, b },
          attrs: { transposeA, transposeB },
        });
        assert.deepEqual(c.shape, [rows, columns]);
        const [left, right] = [a, b].map(({ data }) => data as Float32Array);
        assertProduct(c.data, { a: left, b: right, product, turned, label: `${turned}` });
      }
    },
    { only },
  );
}

testOnEveryBackend("_FusedMatMul adds the bias", async () => {
  for (const product of products.slice(0, -1)) {
    const { a, b } = operands(product, [false, false]);
    const bias = normalTensor("bias", [product.columns]);
    const [c] = await runKernel("_FusedMatMul", {
      inputs: { a, b, bias },
      attrs: { transposeA: false, transposeB: false, activation: "linear" },
    });
    const [left, right, shift] = [a, b, bias].map(({ data }) => data as Float32Array);
    const label = Object.values(product).join("×");
    assertProduct(c.data, { a: left, b: right, bias: shift, product, turned: [], label });
  }
}, { only });

testOnEveryBackend("_FusedMatMul leaves activations to tfjs", async () => {
  const product = { rows: 5, inner: 8, columns: 12 };
  const { a, b } = operands(product, []);
  const [plain] = await runKernel("BatchMatMul", { inputs: { a, b } });
  const [activated] = await runKernel("_FusedMatMul", {
    inputs: { a, b },
    attrs: { transposeA: false, transposeB: false, activation: "relu" },
  });
  assertClose(activated.data, plain.data.map((x) => Math.max(0, x)), { tolerance: 1e-5 });
}, { only });

testOnEveryBackend(
  "BatchMatMul multiplies batches, and one matrix with each of a batch",
  async () => {
    const shapes: [number[], number[], number[]][] = [
      [[2, 3, 5, 9], [2, 3, 9, 4], [2, 3, 5, 4]],
      [[3, 5, 9], [9, 4], [3, 5, 4]],
      [[1, 5, 9], [3, 9, 4], [3, 5, 4]],
    ];
    for (const [left, right, shape] of shapes) {
      const [a, b] = [normalTensor("a", left), normalTensor("b", right)];
      const [c] = await runKernel("BatchMatMul", {
        inputs: { a, b },
        attrs: { transposeA: false, transposeB: false },
      });
      assert.deepEqual(c.shape, shape);
      const matrix = ({ data, shape }: HostTensor, index: number) => {
        const size = shape.at(-1)! * shape.at(-2)!;
        const start = index * size % (data.length);
        return (data as Float32Array).slice(start, start + size);
      };
      for (let i = 0; i < shape.slice(0, -2).reduce((x, y) => x * y); i++) {
        assertProduct(c.data.slice(i * 20, (i + 1) * 20), {
          a: matrix(a, i),
          b: matrix(b, i),
          product: { rows: 5, inner: 9, columns: 4 },
          turned: [],
          label: `[${left}]·[${right}], ${i}`,
        });
      }
    }
  },
  { only },
);

testOnEveryBackend("BatchMatMul reads numbers that tfjs holds as integers", async () => {
  registerWebGpuKernels();
  const c = tf.tidy(() => tf.matMul(tf.oneHot([2, 0], 3).toFloat(), tf.tensor2d([[1], [2], [3]])));
  assert.deepEqual([...await c.data()], [3, 1]);
  c.dispose();
}, { only });

testOnEveryBackend("BatchMatMul gives the same bits each time", async () => {
  const { a, b } = operands({ rows: 48, inner: 4096, columns: 48 }, []);
  const run = () => runKernel("BatchMatMul", { inputs: { a, b }, attrs: {} });
  assert.deepEqual(await run(), await run());
}, { only });

testOnEveryBackend(
  "registerWebGpuKernels() leaves tf.matMul and its gradient as they are",
  async () => {
    registerWebGpuKernels();
    registerWebGpuKernels();
    const [a, b] = [normalTensor("a", [4, 6]), normalTensor("b", [6, 3])];
    const [da, db] = tf.tidy(() =>
      tf.grads((a, b) => tf.matMul(a as tf.Tensor2D, b as tf.Tensor2D))([a, b].map(upload))
    );
    const ones = new Float32Array(12).fill(1);
    const [x, y] = [a, b].map(({ data }) => data as Float32Array);
    const label = "gradient";
    assertProduct(await da.data<"float32">(), {
      a: ones,
      b: y,
      product: { rows: 4, inner: 3, columns: 6 },
      turned: [false, true],
      label,
    });
    assertProduct(await db.data<"float32">(), {
      a: x,
      b: ones,
      product: { rows: 6, inner: 4, columns: 3 },
      turned: [true, false],
      label,
    });
    tf.dispose([da, db]);
  },
  { only },
);

Deno.test("tilingOf() splits the inner axis where tiles are few", () => {
  const largeForward = { batch: 1, rows: 6304, inner: 1024, columns: 4096 };
  const weightGradient = { batch: 1, rows: 192, inner: 6304, columns: 192 };
  const mayBeSplit = true;
  assert.deepEqual(tilingOf(largeForward, { mayBeSplit }), { lanes: 16, splits: 1 });
  assert.deepEqual(tilingOf(weightGradient, { mayBeSplit }), { lanes: 8, splits: 24 });
  assert.deepEqual(tilingOf(weightGradient, { mayBeSplit: false }), { lanes: 8, splits: 1 });
});
