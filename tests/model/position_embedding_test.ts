import assert from "node:assert/strict";
import { resamplePositionEmbedding } from "../../lib/model/position_embedding.ts";
import { describeWithFixtures, readFixtureTensors } from "../support/fixtures.ts";
import { assertClose } from "../support/numeric.ts";

describeWithFixtures("resamplePositionEmbedding() equals timm", () => {
  const tensors = readFixtureTensors("pos_embed.expected.safetensors");
  for (const numPrefixTokens of [0, 1, 2]) {
    for (const to of [[7, 7], [16, 12], [24, 24], [11, 11]] as const) {
      const key = `prefix${numPrefixTokens}.${to.join("x")}`;
      Deno.test(`resamplePositionEmbedding() equals timm: ${key}`, () => {
        const stored = tensors.get(`prefix${numPrefixTokens}.in`)!;
        const expected = tensors.get(key)!;
        const actual = resamplePositionEmbedding(stored, { numPrefixTokens, from: [14, 14], to });
        assert.deepEqual(actual.shape, expected.shape);
        assertClose(actual.data as Float32Array, expected.data as Float32Array, {
          tolerance: 1e-5,
        });
        const prefix = numPrefixTokens * stored.shape[2];
        assert.deepEqual(actual.data.subarray(0, prefix), stored.data.subarray(0, prefix));
      });
    }
  }
});
