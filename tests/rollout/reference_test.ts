import assert from "node:assert/strict";
import {
  type LayerAttention,
  referenceRollout,
  type ReferenceSettings,
} from "../../lib/rollout/reference.ts";
import { assertClose } from "../support/numeric.ts";
import { handLayer, handMaps } from "./hand_example.ts";

const settings: ReferenceSettings = {
  headFusion: "mean",
  mode: "paper",
  discardRatio: 0,
  numPrefixTokens: 1,
  grid: [1, 2],
};

function oneHead(tokens: number, data: number[]): LayerAttention {
  return { heads: 1, tokens, data: Float64Array.from(data) };
}

for (const { mode, discardRatio, map } of handMaps) {
  Deno.test(`referenceRollout() gives the map computed by hand: ${mode}, ${discardRatio}`, () => {
    const actual = referenceRollout([oneHead(3, handLayer)], { ...settings, mode, discardRatio });
    assertClose(actual, map, { tolerance: 1e-15 });
  });
}

Deno.test("referenceRollout() multiplies later layers from the left", () => {
  const clsToFirst = [0, 1, 0, 0, 1, 0, 0, 0, 1];
  const firstToSecond = [1, 0, 0, 0, 0, 1, 0, 0, 1];
  const layers = [oneHead(3, firstToSecond), oneHead(3, clsToFirst)];
  assert.deepEqual([...referenceRollout(layers, settings)], [0.25, 0.25]);
  assert.deepEqual([...referenceRollout(layers.toReversed(), settings)], [0.5, 0]);
});

Deno.test("referenceRollout() discards the lower flat index first among equal entries", () => {
  const layer = oneHead(3, new Array(9).fill(0.25));
  // Two places: index 0, which is kept all the same, and index 1, the first patch.
  const [first, second] = referenceRollout([layer], { ...settings, discardRatio: 2 / 9 });
  assert.equal(first, 0);
  assert.ok(second > 0);
});

Deno.test("referenceRollout() fuses heads by mean, maximum and minimum", () => {
  const data = Float32Array.of(0.25, 0.75, 0, 1, 0.75, 0.25, 0, 1);
  const layer = { heads: 2, tokens: 2, data };
  const mapOf = (headFusion: "mean" | "max" | "min"): number =>
    referenceRollout([layer], { ...settings, headFusion, grid: [1, 1] })[0];
  assert.equal(mapOf("mean"), 0.5 / 2);
  assert.equal(mapOf("max"), 0.75 / 2.5);
  assert.equal(mapOf("min"), 0.25 / 1.5);
});

Deno.test("referenceRollout() refuses layers that do not fit", () => {
  assert.throws(() => referenceRollout([], settings), /TypeError: .*layers are none/);
  const layer = oneHead(3, handLayer);
  const short = { ...layer, heads: 2 };
  assert.throws(() => referenceRollout([layer, short], settings), /TypeError: .*layer 1 has 9/);
  const other = oneHead(2, [1, 0, 0, 1]);
  assert.throws(() => referenceRollout([layer, other], settings), /TypeError: .*layer 1 has 4/);
});

Deno.test("referenceRollout() refuses an unknown head fusion", () => {
  const unknown = { ...settings, headFusion: "median" as "mean" };
  assert.throws(
    () => referenceRollout([oneHead(3, handLayer)], unknown),
    /RangeError: .*head fusion is median, expected mean, max, min/,
  );
});
