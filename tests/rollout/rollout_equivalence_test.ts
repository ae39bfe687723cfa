/**
 * The proof that the batched rollout on a backend and the float64 rollout by the book agree; it needs
 * no files and no permissions.
 *
 * @module
 */
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { fuseHeads, headFusions } from "../../lib/backend/kernels/fuse_heads.ts";
import { Random } from "../../lib/random/random.ts";
import { normaliseMaps } from "../../lib/rollout/normalise_maps.ts";
import { type LayerAttention, referenceRollout } from "../../lib/rollout/reference.ts";
import { rollout } from "../../lib/rollout/rollout.ts";
import { rolloutModes } from "../../lib/rollout/settings.ts";
import { testOnEveryBackend } from "../support/backends.ts";
import { assertClose } from "../support/numeric.ts";
import { randomAttention } from "./random_attention.ts";

const NUM_LAYERS = 4;
const NUM_HEADS = 3;
/** Largest absolute error of a raw map, in which float32 rounding is of the order of 1e-7. */
const tolerance = 1e-5;

const allSettings = rolloutModes.flatMap((mode) =>
  headFusions.flatMap((headFusion) =>
    [0, 0.3, 0.9, 0.95, 0.99, 1].map((discardRatio) => ({ mode, headFusion, discardRatio }))
  )
);

/** Stacks one layer of several images: [B, H, T, T]. */
function stackImages(layers: readonly (LayerAttention & { data: Float32Array })[]): tf.Tensor4D {
  const { heads, tokens } = layers[0];
  const images = layers.map(({ data }) => tf.tensor4d(data, [1, heads, tokens, tokens]));
  return tf.concat(images);
}

async function readAndDispose(tensor: tf.Tensor): Promise<number[]> {
  const values = await tensor.data();
  tensor.dispose();
  return [...values];
}

for (const grid of [[4, 4], [3, 5]] as const) {
  for (const numPrefixTokens of [1, 2, 5]) {
    const title = `grid ${grid.join("×")}, ${numPrefixTokens} prefix tokens`;
    testOnEveryBackend(`rollout() agrees with referenceRollout(): ${title}`, async () => {
      const tokens = numPrefixTokens + grid[0] * grid[1];
      for (const batch of [1, 3]) {
        const random = Random.from("rollout equivalence", title, batch);
        const images = Array.from(
          { length: batch },
          () =>
            Array.from(
              { length: NUM_LAYERS },
              () => randomAttention(random, { heads: NUM_HEADS, tokens }),
            ),
        );
        const actual = await readAndDispose(tf.tidy(() => {
          const layers = images[0].map((_, l) => stackImages(images.map((image) => image[l])));
          return tf.concat(allSettings.map(({ headFusion, ...settings }) => {
            const fused = layers.map((layer) => fuseHeads(layer, headFusion));
            return rollout(fused, { ...settings, numPrefixTokens, grid });
          }));
        }));
        const size = batch * grid[0] * grid[1];
        allSettings.forEach((settings, index) => {
          const expected = images.flatMap((image) => [
            ...referenceRollout(image, { ...settings, numPrefixTokens, grid }),
          ]);
          const maps = actual.slice(index * size, (index + 1) * size);
          const label = `batch ${batch}, ${JSON.stringify(settings)}`;
          assertClose(maps, expected, { tolerance, label });
        });
      }
    });
  }
}

testOnEveryBackend("rollout() keeps the weight of the CLS row at 1 in paper mode", async () => {
  const tokens = 10;
  const random = Random.from("rollout", "row sums");
  const maps = tf.tidy(() => {
    const fused = Array.from({ length: NUM_LAYERS }, () => {
      const { data } = randomAttention(random, { heads: 1, tokens });
      const toPatches = tf.tensor3d(data, [1, tokens, tokens])
        .slice([0, 0, 1], [1, tokens, tokens - 1])
        .pad([[0, 0], [0, 0], [1, 0]]);
      return tf.div<tf.Tensor3D>(toPatches, toPatches.sum(2, true));
    });
    return rollout(fused, { mode: "paper", discardRatio: 0, numPrefixTokens: 1, grid: [3, 3] });
  });
  // Nothing attends to the CLS token here, so each layer halves what stays on it: R[0, 0] = 2^-L.
  const patchWeight = (await readAndDispose(maps)).reduce((sum, value) => sum + value, 0);
  assertClose([patchWeight], [1 - 2 ** -NUM_LAYERS], { tolerance });
});

testOnEveryBackend("rollout() moves with the patches", async () => {
  const [numPrefixTokens, grid] = [2, [3, 4]] as const;
  const random = Random.from("rollout", "permutation");
  const order = [...random.permutation(12)];
  const tokenOrder = [0, 1, ...order.map((patch) => patch + numPrefixTokens)];
  for (const mode of rolloutModes) {
    const [straight, moved] = tf.tidy(() => {
      const fused = Array.from({ length: NUM_LAYERS }, () => {
        const { data } = randomAttention(random, { heads: 1, tokens: 14 });
        return tf.tensor3d(data, [1, 14, 14]);
      });
      const shuffled = fused.map((attention) =>
        attention.gather(tokenOrder, 1).gather<tf.Tensor3D>(tokenOrder, 2)
      );
      const settings = { mode, discardRatio: 0.8, numPrefixTokens, grid };
      return [rollout(fused, settings), rollout(shuffled, settings)];
    });
    const map = await readAndDispose(straight);
    const expected = order.map((patch) => map[patch]);
    assertClose(await readAndDispose(moved), expected, { tolerance, label: mode });
  }
});

testOnEveryBackend("normaliseMaps() forgets the scale of a map", async () => {
  const random = Random.from("rollout", "scale");
  const data = Float32Array.from({ length: 2 * 3 * 5 }, () => random.uniform());
  const [map, scaled] = tf.tidy(() => {
    const maps = tf.tensor3d(data, [2, 3, 5]);
    return [normaliseMaps(maps), normaliseMaps(maps.mul(1e-4))];
  });
  assertClose(await readAndDispose(scaled), await readAndDispose(map), { tolerance });
});

testOnEveryBackend("rollout() of tokens that attend to themselves is zero", async () => {
  for (const mode of rolloutModes) {
    for (const discardRatio of [0, 0.9]) {
      const maps = tf.tidy(() => {
        const identity = tf.eye(7).expandDims<tf.Tensor3D>(0);
        const settings = { mode, discardRatio, numPrefixTokens: 1, grid: [2, 3] as const };
        return normaliseMaps(rollout([identity, identity], settings));
      });
      assert.deepEqual(await readAndDispose(maps), new Array(6).fill(0));
    }
  }
});
