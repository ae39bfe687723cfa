import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { fromTimmLayout, toTimmLayout } from "../../lib/model/parameter_layout.ts";
import { patchify } from "../../lib/model/patches.ts";
import { Random } from "../../lib/random/random.ts";
import { float32Tensor, type HostTensor } from "../../lib/weights/safetensors.ts";
import { testOnEveryBackend } from "../support/backends.ts";
import { assertClose } from "../support/numeric.ts";
import { tinyConfig, tinyParameters } from "./tiny_model.ts";

Deno.test("fromTimmLayout() transposes linear weights", () => {
  const stored = float32Tensor([2, 3], Float32Array.of(1, 2, 3, 4, 5, 6));
  for (const name of ["blocks.0.qkv.weight", "blocks.11.fc2.weight", "headDist.weight"]) {
    const { shape, data } = fromTimmLayout(name, stored);
    assert.deepEqual([shape, [...data]], [[3, 2], [1, 4, 2, 5, 3, 6]], name);
  }
});

Deno.test("fromTimmLayout() leaves everything else as it is", () => {
  const stored = float32Tensor([1, 2, 3], Float32Array.of(1, 2, 3, 4, 5, 6));
  for (const name of ["posEmbed", "regToken", "norm.weight", "blocks.0.ls1"]) {
    assert.deepEqual(fromTimmLayout(name, stored), stored, name);
  }
});

Deno.test("fromTimmLayout() widens other types to float32", () => {
  const half: HostTensor = { dtype: "F16", shape: [2], data: Uint16Array.of(0x3c00, 0xc000) };
  assert.deepEqual(fromTimmLayout("norm.bias", half), float32Tensor([2], Float32Array.of(1, -2)));
});

Deno.test("toTimmLayout() undoes fromTimmLayout(), for every parameter", () => {
  const config = { ...tinyConfig, distilled: true, initValues: 1, regTokens: 2 };
  for (const [name, tensor] of tinyParameters(config)) {
    const data = fromTimmLayout(name, tensor).data as Float32Array;
    assert.deepEqual(toTimmLayout(name, { data, shape: tensor.shape }), tensor, name);
  }
});

testOnEveryBackend("fromTimmLayout() makes a convolution of patches a product", async () => {
  const [height, width, patchSize, outputs] = [8, 12, 4, 5];
  const random = Random.from("convolution");
  const draw = (...shape: number[]) => {
    const size = shape.reduce((a, b) => a * b);
    return float32Tensor(shape, Float32Array.from({ length: size }, () => random.normal()));
  };
  const pixels = draw(2, height, width, 3);
  const stored = draw(outputs, 3, patchSize, patchSize); // OIHW
  const ours = fromTimmLayout("patchEmbed.weight", stored);
  const [product, convolved] = tf.tidy(() => {
    const images = tf.tensor4d(pixels.data as Float32Array, [2, height, width, 3]);
    const config = { ...tinyConfig, imageSize: [height, width] as const, patchSize };
    const weight = tf.tensor2d(ours.data as Float32Array, [patchSize * patchSize * 3, outputs]);
    const patches = patchify(images, config).reshape([-1, weight.shape[0]]);
    const filter = tf.tensor4d(stored.data as Float32Array, [outputs, 3, patchSize, patchSize])
      .transpose<tf.Tensor4D>([2, 3, 1, 0]); // HWIO
    return [tf.matMul(patches, weight), tf.conv2d(images, filter, patchSize, "valid")];
  });
  assertClose(await product.data(), await convolved.data(), { tolerance: 1e-4 });
  tf.dispose([product, convolved]);
});
