import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import type { VisionTransformer } from "../../lib/model/vision_transformer.ts";
import { numPrefixTokensOf, type VitConfig } from "../../lib/model/vit_config.ts";
import { Random } from "../../lib/random/random.ts";
import { testOnEveryBackend } from "../support/backends.ts";
import { assertClose } from "../support/numeric.ts";
import { tinyConfig, tinyModel } from "./tiny_model.ts";

/** The kinds of prefix and position embedding that there are. */
const kinds: [name: string, config: VitConfig][] = [
  ["plain", tinyConfig],
  ["distilled", { ...tinyConfig, distilled: true }],
  ["DeiT-III", { ...tinyConfig, noEmbedClass: true, initValues: 0.5 }],
  ["registers", { ...tinyConfig, noEmbedClass: true, regTokens: 3 }],
  ["headless", { ...tinyConfig, numClasses: 0 }],
];

const [height, width] = tinyConfig.imageSize;
const numPatches = 12;

function drawImages(batch: number): Float32Array {
  const random = Random.from("images");
  return Float32Array.from({ length: batch * height * width * 3 }, () => random.normal());
}

function imagesOf(pixels: Float32Array): tf.Tensor4D {
  return tf.tensor4d(pixels, [pixels.length / (height * width * 3), height, width, 3]);
}

async function forward(
  model: VisionTransformer,
  { pixels, visible }: { pixels: Float32Array; visible?: number[][] },
) {
  const outputs = tf.tidy(() => {
    const { tokens, logits, attentions } = model.forward(imagesOf(pixels), {
      attentions: "mean",
      visible: visible && tf.tensor2d(visible, [visible.length, visible[0].length], "int32"),
    });
    return { tokens, logits, attention: attentions[1] };
  });
  const { tokens, logits, attention } = outputs;
  const values = {
    tokens: await tokens.data(),
    logits: await logits.data(),
    attention: await attention.data(),
    shapes: [tokens.shape, logits.shape, attention.shape],
  };
  tf.dispose([tokens, logits, attention]);
  return values;
}

/** Changes every pixel of the patches that a mask hides, each image by its own mask. */
function withHiddenChanged(pixels: Float32Array, visible: number[][]): Float32Array {
  return pixels.map((value, i) => {
    const image = Math.floor(i / (height * width * 3));
    const [y, x] = [Math.floor(i / (width * 3)) % height, Math.floor(i / 3) % width];
    const patch = Math.floor(y / 4) * 4 + Math.floor(x / 4);
    return visible[image].includes(patch) ? value : 10 - value;
  });
}

for (const [name, config] of kinds) {
  testOnEveryBackend(`VisionTransformer.forward() never sees hidden patches: ${name}`, async () => {
    const model = tinyModel(config);
    const pixels = drawImages(2);
    const visible = [[0, 5, 11], [2, 3, 7]];
    const before = await forward(model, { pixels, visible });
    const after = await forward(model, { pixels: withHiddenChanged(pixels, visible), visible });
    const tokens = numPrefixTokensOf(config) + 3;
    assert.deepEqual(before.shapes, [[2, tokens, 8], [2, config.numClasses || 8], [
      2,
      tokens,
      tokens,
    ]]);
    assert.deepEqual(after, before);
    model.dispose();
  });

  testOnEveryBackend(
    `VisionTransformer.forward() of all patches in order is the plain one: ${name}`,
    async () => {
      const model = tinyModel(config);
      const pixels = drawImages(2);
      const order = Array.from({ length: numPatches }, (_, i) => i);
      const plain = await forward(model, { pixels });
      const all = await forward(model, { pixels, visible: [order, order] });
      for (const key of ["tokens", "logits", "attention"] as const) {
        assertClose(all[key], plain[key], { tolerance: 1e-5, label: key });
      }
      model.dispose();
    },
  );
}

testOnEveryBackend(
  "VisionTransformer.forward() gives each visible patch its own position",
  async () => {
    const model = tinyModel();
    const pixels = drawImages(1);
    const order = [7, 2, 9, 4];
    const picked = await forward(model, { pixels, visible: [order] });
    const sorted = await forward(model, { pixels, visible: [order.toSorted((a, b) => a - b)] });
    assertClose(picked.logits, sorted.logits, { tolerance: 1e-5 }); // attention knows no order
    const moved = await forward(model, { pixels, visible: [[7, 2, 9, 5]] });
    assert(Math.abs(moved.logits[0] - picked.logits[0]) > 1e-3, "another patch shows");
    model.dispose();
  },
);

testOnEveryBackend("VisionTransformer.forward() gives hidden positions no gradient", async () => {
  const model = tinyModel({ ...tinyConfig, distilled: true });
  const visible = tf.tensor2d([[1, 4], [4, 10]], [2, 2], "int32");
  const images = imagesOf(drawImages(2));
  const posEmbed = model.parameters.get("posEmbed")!;
  const { value, grads } = tf.variableGrads(
    () => model.forward(images, { visible }).logits.square().sum() as tf.Scalar,
    [posEmbed],
  );
  const gradient = await grads[posEmbed.name].data();
  for (let row = 0; row < 2 + numPatches; row++) {
    const isUsed = row < 2 || [1, 4, 10].includes(row - 2);
    const largest = Math.max(...gradient.subarray(row * 8, (row + 1) * 8).map(Math.abs));
    assert(isUsed ? largest > 1e-6 : largest === 0, `row ${row}: ${largest}`);
  }
  tf.dispose([value, grads, images, visible]);
  model.dispose();
});

testOnEveryBackend(
  "VisionTransformer.forward() of a headless model hands on its tokens",
  async () => {
    const pixels = drawImages(2);
    for (const distilled of [false, true]) {
      const model = tinyModel({ ...tinyConfig, numClasses: 0, distilled });
      const { tokens, logits, shapes: [[, numTokens]] } = await forward(model, { pixels });
      const expected = Array.from(logits, (_, i) => {
        const cls = Math.floor(i / 8) * numTokens * 8 + i % 8;
        return distilled ? (tokens[cls] + tokens[cls + 8]) / 2 : tokens[cls];
      });
      assertClose(logits, expected, { tolerance: 1e-6 });
      model.dispose();
    }
  },
);

testOnEveryBackend(
  "VisionTransformer.attentions() are forward's, of every head or fused",
  async () => {
    for (const [, config] of kinds) {
      const model = tinyModel(config);
      const images = imagesOf(drawImages(2));
      for (const request of ["all", "mean", "max", "min"] as const) {
        const { tokens, logits, attentions } = model.forward(images, { attentions: request });
        const alone = model.attentions(images, request);
        assert.equal(alone.length, config.depth);
        for (const [layer, attention] of alone.entries()) {
          assert.deepEqual(attention.shape, attentions[layer].shape);
          assertClose(await attention.data(), await attentions[layer].data(), { tolerance: 1e-6 });
        }
        tf.dispose([tokens, logits, attentions, alone]);
      }
      images.dispose();
      model.dispose();
    }
  },
  { only: ["cpu", "wasm"] },
);

testOnEveryBackend("VisionTransformer refuses images of another size", () => {
  const model = tinyModel();
  const images = tf.zeros<tf.Rank.R4>([1, 16, 12, 3]);
  const error = { name: "TypeError", message: /their size is 16x12, expected 12x16/ };
  assert.throws(() => model.forward(images), error);
  assert.throws(() => model.attentions(images, "mean"), error);
  images.dispose();
  model.dispose();
});

Deno.test("VisionTransformer refuses an architecture that cannot be built", () => {
  assert.throws(() => tinyModel({ ...tinyConfig, numHeads: 3 }), {
    name: "RangeError",
    message: "Cannot build model: embedDim is 8, expected a multiple of numHeads 3",
  });
});

for (const [name, config] of kinds) {
  testOnEveryBackend(`VisionTransformer.forward() of the class tokens alone: ${name}`, async () => {
    const model = tinyModel(config);
    const images = imagesOf(drawImages(2));
    const whole = model.forward(images);
    const alone = model.forward(images, { tokens: "class" });
    assert.deepEqual(alone.tokens.shape, [2, config.distilled ? 2 : 1, config.embedDim]);
    const first = whole.tokens.slice([0, 0, 0], alone.tokens.shape);
    assertClose(await alone.tokens.data(), await first.data(), { tolerance: 1e-5 });
    assertClose(await alone.logits.data(), await whole.logits.data(), { tolerance: 1e-5 });
    tf.dispose([images, first, whole.tokens, whole.logits, alone.tokens, alone.logits]);
    model.dispose();
  });
}
