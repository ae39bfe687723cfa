import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { sumRows } from "../../lib/backend/kernels/sum_rows.ts";
import { testOnEveryBackend } from "../support/backends.ts";
import { assertClose } from "../support/numeric.ts";
import { normalTensor, upload } from "./differentiate.ts";

for (const [rows, width] of [[7, 3], [1, 4], [300, 1]]) {
  testOnEveryBackend(`sumRows() adds ${rows} rows of ${width}`, async () => {
    const matrix = normalTensor("rows", [rows, width]);
    const sums = tf.tidy(() => sumRows(upload(matrix)));
    const expected = new Float64Array(width);
    matrix.data.forEach((value, i) => expected[i % width] += Number(value));
    assert.deepEqual(sums.shape, [width]);
    assertClose(await sums.data(), expected, { tolerance: 1e-5 * Math.sqrt(rows) });
    sums.dispose();
  });
}
