import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { rollout } from "../../lib/rollout/rollout.ts";
import type { RolloutSettings } from "../../lib/rollout/settings.ts";
import { testOnEveryBackend } from "../support/backends.ts";
import { assertClose } from "../support/numeric.ts";
import { handLayer, handMaps } from "./hand_example.ts";

const settings: RolloutSettings = {
  mode: "paper",
  discardRatio: 0,
  numPrefixTokens: 1,
  grid: [1, 2],
};

testOnEveryBackend("rollout() gives the maps computed by hand", async () => {
  for (const { mode, discardRatio, map } of handMaps) {
    const maps = tf.tidy(() =>
      rollout([tf.tensor3d(handLayer, [1, 3, 3])], { ...settings, mode, discardRatio })
    );
    assert.deepEqual(maps.shape, [1, 1, 2]);
    const label = `${mode}, ${discardRatio}`;
    assertClose(await maps.data(), map, { tolerance: 1e-7, label });
    maps.dispose();
  }
});

testOnEveryBackend("rollout() leaves its arguments as they are", async () => {
  const layer = tf.tensor3d(handLayer, [1, 3, 3]);
  rollout([layer, layer], { ...settings, discardRatio: 0.4 }).dispose();
  assert.deepEqual(await layer.data(), Float32Array.from(handLayer));
  layer.dispose();
});

testOnEveryBackend("rollout() refuses layers that do not fit", () => {
  assert.throws(() => rollout([], settings), /TypeError: .*layers are none/);
  tf.tidy(() => {
    const layer: tf.Tensor3D = tf.zeros([2, 3, 3]);
    for (const shape of [[1, 3, 3], [2, 4, 4], [2, 3, 4]] as [number, number, number][]) {
      const other: tf.Tensor3D = tf.zeros(shape);
      assert.throws(() => rollout([layer, other], settings), {
        name: "TypeError",
        message: `Cannot roll out attention: layer 1 is [${shape}], expected ` +
          "[batch, tokens, tokens], the same for all layers",
      });
    }
  });
});

testOnEveryBackend("rollout() refuses a grid that does not make up the tokens", () => {
  tf.tidy(() => {
    const layer: tf.Tensor3D = tf.zeros([1, 17, 17]);
    const wrong = { ...settings, numPrefixTokens: 2, grid: [4, 4] as const };
    assert.throws(
      () => rollout([layer], wrong),
      /TypeError: .*attention has 17 tokens, expected 2 prefix tokens \+ 4×4 patches/,
    );
  });
});
