import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { resamplePositionEmbedding } from "../../lib/model/position_embedding.ts";
import {
  loadParameters,
  readParameters,
  stateDictOf,
  withinPrefix,
} from "../../lib/model/state_dict.ts";
import { defaultVitConfig, type VitConfig } from "../../lib/model/vit_config.ts";
import { float32Tensor, type HostTensor } from "../../lib/weights/safetensors.ts";
import { testOnEveryBackend } from "../support/backends.ts";
import { assertClose } from "../support/numeric.ts";
import { tinyConfig, tinyStateDict } from "./tiny_model.ts";

const everything: VitConfig = { ...tinyConfig, distilled: true, regTokens: 2, initValues: 0.1 };

testOnEveryBackend("loadParameters() and readParameters() give back every weight", async () => {
  const stored = tinyStateDict(everything);
  const variables = await loadParameters(everything, stateDictOf("memory", stored));
  assert.deepEqual(await readParameters(everything, variables), stored);
  tf.dispose([...variables.values()]);
});

testOnEveryBackend("loadParameters() widens half precision", async () => {
  const stored = tinyStateDict();
  stored.set("norm.bias", { dtype: "BF16", shape: [8], data: new Uint16Array(8).fill(0xc040) });
  const variables = await loadParameters(tinyConfig, stateDictOf("memory", stored));
  const bias = variables.get("norm.bias")!;
  assert.deepEqual([bias.dtype, ...await bias.data()], ["float32", ...Array(8).fill(-3)]);
  tf.dispose([...variables.values()]);
});

Deno.test("loadParameters() lists missing, extra and misshapen keys in one error", async () => {
  const stored = tinyStateDict();
  stored.delete("norm.weight");
  stored.delete("blocks.1.mlp.fc1.bias");
  stored.set("dist_token", float32Tensor([1, 1, 8], new Float32Array(8)));
  stored.set("blocks.2.norm1.bias", float32Tensor([8], new Float32Array(8)));
  stored.set("head.weight", float32Tensor([4, 8], new Float32Array(32)));
  stored.set("head.bias", float32Tensor([], Float32Array.of(0)));
  stored.set("pos_embed", float32Tensor([1, 14, 8], new Float32Array(14 * 8))); // 13 of no grid
  await assert.rejects(loadParameters(tinyConfig, stateDictOf("vit.safetensors", stored)), {
    name: "SyntaxError",
    message: "Cannot load weights: vit.safetensors: " +
      "missing: blocks.1.mlp.fc1.bias, norm.weight — " +
      "not in this architecture: dist_token, blocks.2.norm1.bias — " +
      "misshapen: pos_embed is [1, 14, 8], expected [1, 13, 8]; " +
      "head.weight is [4, 8], expected [3, 8]; head.bias is [], expected [3]",
  });
});

testOnEveryBackend("loadParameters() cuts a headless model out of a classifier", async () => {
  const config: VitConfig = { ...tinyConfig, distilled: true };
  const classifier = tinyStateDict(config);
  const variables = await loadParameters(
    { ...config, numClasses: 0 },
    stateDictOf("memory", classifier),
  );
  assert.deepEqual(
    [...variables.keys()].filter((name) => name.startsWith("head")),
    [],
  );
  assert.equal(variables.size, classifier.size - 4);
  tf.dispose([...variables.values()]);
});

Deno.test("loadParameters() puts nothing on the backend when a key is wrong", async () => {
  const stored = tinyStateDict();
  stored.delete("head.bias");
  const before = tf.memory().numTensors;
  await assert.rejects(loadParameters(tinyConfig, stateDictOf("memory", stored)), SyntaxError);
  assert.equal(tf.memory().numTensors, before);
});

Deno.test("loadParameters() lists a stranger's keys in one line, and not all of millions", async () => {
  const stored = tinyStateDict();
  const [tensor] = stored.values();
  for (let i = 0; i < 600; i++) stored.set(`a\nb\x1b[2J${i}`, tensor);
  await assert.rejects(loadParameters(tinyConfig, stateDictOf("x.safetensors", stored)), {
    name: "SyntaxError",
    message: /^Cannot load weights: x\.safetensors: not .*: a b\\u001b\[2J0, .* and 100 more$/,
  });
});

Deno.test("loadParameters() refuses a position embedding of another width", async () => {
  for (const shape of [[1, 17, 6], [2, 17, 8], [17, 8], [1, 1, 8]]) {
    const stored = tinyStateDict();
    const size = shape.reduce((a, b) => a * b);
    stored.set("pos_embed", float32Tensor(shape, new Float32Array(size)));
    const loading = loadParameters(tinyConfig, stateDictOf("memory", stored));
    await assert.rejects(loading, /misshapen: pos_embed is/, `[${shape}]`);
  }
});

const square: VitConfig = { ...tinyConfig, imageSize: [16, 16] };
const layouts: [name: string, more: Partial<VitConfig>, numPrefixTokens: number][] = [
  ["a plain model", {}, 1],
  ["a distilled model", { distilled: true }, 2],
  ["a model whose positions cover the patches only", { noEmbedClass: true, regTokens: 4 }, 0],
];
for (const [name, more, numPrefixTokens] of layouts) {
  testOnEveryBackend(`loadParameters() resamples the position embedding of ${name}`, async () => {
    const stored = tinyStateDict({ ...square, ...more });
    const config: VitConfig = { ...square, ...more, imageSize: [24, 20] };
    const variables = await loadParameters(config, stateDictOf("memory", stored));
    const expected = resamplePositionEmbedding(stored.get("pos_embed")!, {
      numPrefixTokens,
      from: [4, 4],
      to: [6, 5],
    });
    const posEmbed = variables.get("posEmbed")!;
    assert.deepEqual(posEmbed.shape, [1, numPrefixTokens + 30, 8]);
    assertClose(await posEmbed.data(), expected.data as Float32Array, { tolerance: 1e-6 });
    tf.dispose([...variables.values()]);
  });
}

Deno.test("withinPrefix() shows what lies below a prefix, under shorter names", async () => {
  const tensor = float32Tensor([2], Float32Array.of(1, 2));
  const other = float32Tensor([1], Float32Array.of(3));
  const tensors = new Map<string, HostTensor>([["model.a", tensor], ["projection.b", other]]);
  const { name, shapes, read } = withinPrefix(stateDictOf("file", tensors), "model.");
  assert.equal(name, "file");
  assert.deepEqual([...shapes], [["a", [2]]]);
  assert.equal(await read("a"), tensor);
});

Deno.test("loadParameters() keeps positions of a grid that is not square, when it is the model's", async () => {
  const config: VitConfig = { ...defaultVitConfig, ...tinyConfig, imageSize: [8, 32] };
  const stored = tinyStateDict(config); // 2×8 patches, as many as 4×4
  const variables = await loadParameters(config, stateDictOf("memory", stored));
  assert.deepEqual([...await variables.get("posEmbed")!.data()], [
    ...stored.get("pos_embed")!.data as Float32Array,
  ]);
  tf.dispose([...variables.values()]);
});
