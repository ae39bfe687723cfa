import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { downsize, pixelate } from "../../lib/dataset/degrade.ts";
import { testOnEveryBackend } from "../support/backends.ts";
import { describeWithFixtures, readFixtureTensors } from "../support/fixtures.ts";
import { assertClose } from "../support/numeric.ts";

describeWithFixtures("downsize() and pixelate() equal PyTorch's interpolate", () => {
  const tensors = readFixtureTensors("downsize.expected.safetensors");

  testOnEveryBackend("downsize() equals PyTorch's interpolate", async () => {
    const images = channelsLast("input");
    const small = downsize(images, 5);
    await assertEquals(small, "small");
    tf.dispose([images, small]);
  });

  testOnEveryBackend("pixelate() equals PyTorch's interpolate, there and back", async () => {
    const images = channelsLast("input");
    const restored = pixelate(images, 5);
    await assertEquals(restored, "restored");
    tf.dispose([images, restored]);
  });

  testOnEveryBackend("pixelate() with factor 1 changes nothing", async () => {
    const images = channelsLast("small");
    const same = pixelate(images, 1);
    const small = downsize(images, 1);
    await assertEquals(same, "small", 0);
    await assertEquals(small, "small", 0);
    tf.dispose([images, same, small]);
  });

  testOnEveryBackend("pixelate() comes back to another size when asked", async () => {
    const images = channelsLast("input");
    const small = channelsLast("small");
    const half = pixelate(images, 5, { outputSize: [112, 96] });
    const expected = tf.image.resizeBilinear(small, [112, 96], false, true);
    assert.deepEqual(half.shape, [1, 112, 96, 3]);
    assertClose(await half.data(), await expected.data(), { tolerance: 1e-5 });
    tf.dispose([images, small, half, expected]);
  });

  function channelsLast(key: string): tf.Tensor4D {
    const { shape, data } = tensors.get(key)!;
    const channelsFirst = tf.tensor4d(
      data as Float32Array,
      shape as [number, number, number, number],
    );
    const images = tf.transpose(channelsFirst, [0, 2, 3, 1]);
    channelsFirst.dispose();
    return images;
  }

  async function assertEquals(actual: tf.Tensor4D, key: string, tolerance = 1e-5): Promise<void> {
    const expected = channelsLast(key);
    assert.deepEqual(actual.shape, expected.shape);
    assertClose(await actual.data(), await expected.data(), { tolerance });
    expected.dispose();
  }
});

testOnEveryBackend("downsize() rounds sides down, each by itself, for any factor", () => {
  const images = tf.zeros<tf.Rank.R4>([2, 20, 33, 3]);
  const small = downsize(images, 2.5);
  assert.deepEqual(small.shape, [2, 8, 13, 3]);
  tf.dispose([images, small]);
}, { only: ["cpu"] });

testOnEveryBackend("downsize() and pixelate() refuse impossible factors", () => {
  const images = tf.zeros<tf.Rank.R4>([1, 20, 33, 3]);
  for (const factor of [0, 0.9, -2, 20.5, Infinity, NaN]) {
    const error = {
      name: "RangeError",
      message: `Cannot downsize: factor is ${factor} for 20×33 pixels, expected 1 to 20`,
    };
    assert.throws(() => downsize(images, factor), error);
    assert.throws(() => pixelate(images, factor), error);
  }
  images.dispose();
}, { only: ["cpu"] });
