import type * as tf from "@tensorflow/tfjs";
import { attention } from "../../lib/backend/kernels/attention.ts";
import { linear } from "../../lib/backend/kernels/linear.ts";
import { attendFromFirstTokens } from "../../lib/model/class_attention.ts";
import { differentiate, normalTensor } from "../backend/differentiate.ts";
import { testOnEveryBackend } from "../support/backends.ts";
import { assertClose } from "../support/numeric.ts";

const cases = [
  { batch: 2, tokens: 7, width: 12, numHeads: 3, numQueries: 2 },
  { batch: 3, tokens: 5, width: 8, numHeads: 1, numQueries: 1 },
  { batch: 1, tokens: 2, width: 8, numHeads: 4, numQueries: 2 },
];

for (const { batch, tokens, width, numHeads, numQueries } of cases) {
  const inputs = [
    normalTensor("x", [batch, tokens, width]),
    normalTensor("weight", [width, 3 * width]),
    normalTensor("bias", [3 * width]),
  ];
  for (const hasBias of [true, false]) {
    const title =
      `attendFromFirstTokens() is attention() of the first ${numQueries} of ${tokens} tokens, ` +
      `${numHeads} heads, with its gradient, ${hasBias ? "with" : "without"} bias`;
    testOnEveryBackend(title, async () => {
      const alone = (x: tf.Tensor, weight: tf.Tensor, bias?: tf.Tensor) =>
        attendFromFirstTokens(x as tf.Tensor3D, { weight, bias }, { numHeads, numQueries });
      const ofAll = (x: tf.Tensor, weight: tf.Tensor, bias?: tf.Tensor) =>
        attention(linear(x, { weight, bias }) as tf.Tensor3D, { numHeads }).mixed
          .slice([0, 0, 0], [batch, numQueries, width]);
      const given = hasBias ? inputs : inputs.slice(0, 2);
      const actual = await differentiate(alone, given);
      const expected = await differentiate(ofAll, given);
      assertClose(actual.value, expected.value, { tolerance: 1e-5 });
      for (const [i, gradient] of actual.gradients.entries()) {
        assertClose(gradient, expected.gradients[i], { tolerance: 5e-5, label: `gradient ${i}` });
      }
    });
  }
}
