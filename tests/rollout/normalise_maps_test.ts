import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { normaliseMaps } from "../../lib/rollout/normalise_maps.ts";
import { testOnEveryBackend } from "../support/backends.ts";

testOnEveryBackend("normaliseMaps() divides each map by its own largest value", async () => {
  const maps = tf.tensor3d([1, 2, 4, 0, 0.5, 0.25, 0, 0], [2, 2, 2]);
  const normalised = normaliseMaps(maps);
  assert.deepEqual(normalised.shape, [2, 2, 2]);
  assert.deepEqual([...await normalised.data()], [0.25, 0.5, 1, 0, 1, 0.5, 0, 0]);
  tf.dispose([maps, normalised]);
});

testOnEveryBackend("normaliseMaps() leaves a map of zeros as it is", async () => {
  const maps = tf.tensor3d([0, 0, 0, 2], [2, 1, 2]);
  const normalised = normaliseMaps(maps);
  assert.deepEqual([...await normalised.data()], [0, 0, 0, 1]);
  tf.dispose([maps, normalised]);
});

testOnEveryBackend("normaliseMaps() keeps the shape of maps of tiny numbers", async () => {
  const maps = tf.tensor3d([1e-30, 5e-31], [1, 1, 2]);
  const normalised = normaliseMaps(maps);
  const [first, second] = await normalised.data();
  assert.equal(first, 1);
  assert.ok(Math.abs(second - 0.5) < 1e-6);
  tf.dispose([maps, normalised]);
});

testOnEveryBackend("normaliseMaps() refuses what is not a batch of maps", () => {
  tf.tidy(() => {
    const map: tf.Tensor = tf.ones([4, 4]);
    assert.throws(() => normaliseMaps(map as tf.Tensor3D), /TypeError: .*maps is \[4,4\]/);
  });
});
