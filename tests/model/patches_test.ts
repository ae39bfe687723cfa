import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { patchify, pickPatches } from "../../lib/model/patches.ts";
import type { VitConfig } from "../../lib/model/vit_config.ts";
import { testOnEveryBackend } from "../support/backends.ts";
import { tinyConfig } from "./tiny_model.ts";

/** Images whose every value is its own index. */
function countingImages(batch: number, [height, width]: readonly [number, number]): tf.Tensor4D {
  return tf.tidy(() =>
    tf.range(0, batch * height * width * 3).reshape<tf.Tensor4D>([batch, height, width, 3])
  );
}

const cases: [imageSize: [number, number], patchSize: number, grid: [number, number]][] = [
  [[12, 16], 4, [3, 4]],
  [[13, 13], 4, [3, 3]],
  [[9, 15], 5, [1, 3]],
  [[4, 4], 4, [1, 1]],
];
for (const [imageSize, patchSize, [rows, columns]] of cases) {
  testOnEveryBackend(
    `patchify() cuts ${imageSize.join("×")} into ${rows}×${columns} patches of ${patchSize}`,
    async () => {
      const config: VitConfig = { ...tinyConfig, imageSize, patchSize };
      const images = countingImages(2, imageSize);
      const patches = patchify(images, config);
      const expected = [];
      for (let i = 0; i < 2 * rows * columns * patchSize ** 2 * 3; i++) {
        const inPatch = i % (patchSize ** 2 * 3);
        const patch = Math.floor(i / (patchSize ** 2 * 3)) % (rows * columns);
        const image = Math.floor(i / (rows * columns * patchSize ** 2 * 3));
        const y = Math.floor(patch / columns) * patchSize + Math.floor(inPatch / (patchSize * 3));
        const x = (patch % columns) * patchSize + Math.floor(inPatch / 3) % patchSize;
        expected.push(((image * imageSize[0] + y) * imageSize[1] + x) * 3 + inPatch % 3);
      }
      assert.deepEqual(patches.shape, [2, rows * columns, patchSize ** 2 * 3]);
      assert.deepEqual([...await patches.data()], expected);
      tf.dispose([images, patches]);
    },
  );
}

testOnEveryBackend("patchify() refuses images of another size", () => {
  const images = countingImages(1, [16, 12]);
  assert.throws(() => patchify(images, tinyConfig), {
    name: "TypeError",
    message: "Cannot embed images: their size is 16x12, expected 12x16",
  });
  images.dispose();
});

testOnEveryBackend(
  "pickPatches() picks each image's own patches, in the order asked for",
  async () => {
    const picked = tf.tidy(() => {
      const patches = tf.range(0, 2 * 4 * 3).reshape<tf.Tensor3D>([2, 4, 3]);
      return pickPatches(patches, tf.tensor2d([[0, 3], [2, 1]], [2, 2], "int32"));
    });
    assert.deepEqual(picked.shape, [2, 2, 3]);
    assert.deepEqual([...await picked.data()], [0, 1, 2, 9, 10, 11, 18, 19, 20, 15, 16, 17]);
    picked.dispose();
  },
);
