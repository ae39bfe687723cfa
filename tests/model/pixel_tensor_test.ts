import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { pixelTensor } from "../../lib/model/pixel_tensor.ts";
import { testOnEveryBackend } from "../support/backends.ts";
import { normalise, unnormalised } from "../support/normalise.ts";
import { assertClose } from "../support/numeric.ts";

const imageSize = [2, 3] as const;
const normalisation = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] } as const;
const bytes = Uint8Array.from({ length: 18 }, (_, i) => i * 15);
const others = bytes.toReversed();

/** (x − mean)/std of a byte, in float64. */
function expectedOf(byte: number, i: number): number {
  return (byte / 255 - normalisation.mean[i % 3]) / normalisation.std[i % 3];
}

testOnEveryBackend("pixelTensor() normalises bytes by channel, image after image", async () => {
  const images = pixelTensor([bytes, others], { imageSize, ...normalisation });
  assert.deepEqual(images.shape, [2, 2, 3, 3]);
  const expected = [...[...bytes].map(expectedOf), ...[...others].map(expectedOf)];
  assertClose(await images.data(), expected, { tolerance: 1e-6 });
  images.dispose();
});

testOnEveryBackend("pixelTensor() takes numbers from 0 to 1 as they are", async () => {
  const numbers = Float32Array.from(bytes, (byte) => byte / 255);
  const fromBytes = pixelTensor([bytes], { imageSize, ...normalisation });
  const fromNumbers = pixelTensor([numbers], { imageSize, ...normalisation });
  assertClose(await fromNumbers.data(), await fromBytes.data(), { tolerance: 1e-6 });
  const plain = pixelTensor([numbers], { imageSize, ...unnormalised });
  assert.deepEqual(await plain.data(), numbers);
  tf.dispose([fromBytes, fromNumbers, plain]);
});

testOnEveryBackend("pixelTensor() gives at once what normalising afterwards gives", async () => {
  const atOnce = pixelTensor([bytes, others], { imageSize, ...normalisation });
  const later = tf.tidy(() =>
    normalise(pixelTensor([bytes, others], { imageSize, ...unnormalised }), normalisation)
  );
  assertClose(await later.data(), await atOnce.data(), { tolerance: 1e-5 });
  tf.dispose([atOnce, later]);
});

Deno.test("pixelTensor() refuses an image of another size, and says which", () => {
  const images = [bytes, bytes.subarray(3)];
  assert.throws(() => pixelTensor(images, { imageSize, ...normalisation }), {
    name: "TypeError",
    message: "Cannot read pixels: image 1 has 15 values, expected 2·3·3",
  });
});
