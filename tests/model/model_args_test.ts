import assert from "node:assert/strict";
import { applyModelArgs, modelArgsOf } from "../../lib/model/model_args.ts";
import { defaultVitConfig, type VitConfig } from "../../lib/model/vit_config.ts";

const overrides: [args: Record<string, unknown>, change: Partial<VitConfig>][] = [
  [{ img_size: 44 }, { imageSize: [44, 44] }],
  [{ img_size: [48, 80] }, { imageSize: [48, 80] }],
  [{ patch_size: 4 }, { patchSize: 4 }],
  [{ embed_dim: 96 }, { embedDim: 96 }],
  [{ depth: 6 }, { depth: 6 }],
  [{ num_heads: 4 }, { numHeads: 4 }],
  [{ mlp_ratio: 2.5 }, { mlpRatio: 2.5 }],
  [{ num_classes: 0 }, { numClasses: 0 }],
  [{ reg_tokens: 4 }, { regTokens: 4 }],
  [{ qkv_bias: false }, { qkvBias: false }],
  [{ no_embed_class: true }, { noEmbedClass: true }],
  [{ init_values: 1e-5 }, { initValues: 1e-5 }],
  [{ init_values: null }, { initValues: null }],
  [{ init_values: 0 }, { initValues: null }],
];

for (const [args, change] of overrides) {
  Deno.test(`applyModelArgs() applies ${JSON.stringify(args)}`, () => {
    const before: VitConfig = { ...defaultVitConfig, initValues: 1 };
    assert.deepEqual(applyModelArgs(before, args), { ...before, ...change });
    assert.deepEqual(before, { ...defaultVitConfig, initValues: 1 }, "the original is unchanged");
  });
}

Deno.test("applyModelArgs() takes several at once, and none", () => {
  const args = { img_size: 44, patch_size: 4 };
  const expected = { ...defaultVitConfig, imageSize: [44, 44], patchSize: 4 };
  assert.deepEqual(applyModelArgs(defaultVitConfig, args), expected);
  assert.equal(applyModelArgs(defaultVitConfig), defaultVitConfig);
});

Deno.test("applyModelArgs() lets pass what says what a model does anyway", () => {
  const args = {
    global_pool: "token",
    class_token: true,
    drop_rate: 0.1,
    drop_path_rate: 0.1,
    attn_drop_rate: 0.2,
    weight_init: "jax",
  };
  assert.deepEqual(applyModelArgs(defaultVitConfig, args), defaultVitConfig);
});

Deno.test("applyModelArgs() lists every argument that cannot be used, in one error", () => {
  const args = {
    img_size: "44",
    patch_size: -4,
    depth: 1.5,
    embed_dim: 192,
    mlp_ratio: 0,
    qkv_bias: 1,
    init_values: "small",
    global_pool: "avg",
    toString: 1,
    patchsize: 4,
  };
  assert.throws(() => applyModelArgs(defaultVitConfig, args), {
    name: "RangeError",
    message: 'Cannot build model: model_args img_size="44", patch_size=-4, depth=1.5, ' +
      'mlp_ratio=0, qkv_bias=1, init_values="small", global_pool="avg", toString=1, patchsize=4 ' +
      "cannot be used, expected any of img_size, patch_size, embed_dim, depth, num_heads, " +
      "num_classes, reg_tokens, mlp_ratio, qkv_bias, no_embed_class, init_values " +
      "with a fitting value",
  });
  for (const img_size of [[48], [48, 80, 3], [48, "80"], null]) {
    assert.throws(() => applyModelArgs(defaultVitConfig, { img_size }), RangeError);
  }
});

Deno.test("applyModelArgs() refuses an architecture that cannot be built", () => {
  const refused: [args: Record<string, unknown>, message: string][] = [
    [{ num_heads: 7 }, "embedDim is 768, expected a multiple of numHeads 7"],
    [{ depth: 0 }, "depth is 0, expected an integer ≥ 1"],
    [{ img_size: 15 }, "imageSize is 15x15, expected at least one patch of 16"],
  ];
  for (const [args, message] of refused) {
    const error = { name: "RangeError", message: `Cannot build model: ${message}` };
    assert.throws(() => applyModelArgs(defaultVitConfig, args), error);
  }
});

Deno.test("modelArgsOf() leads back to the same architecture", () => {
  const configs: VitConfig[] = [
    defaultVitConfig,
    {
      imageSize: [48, 80],
      patchSize: 8,
      embedDim: 96,
      depth: 3,
      numHeads: 6,
      mlpRatio: 2.5,
      numClasses: 0,
      qkvBias: false,
      distilled: false,
      regTokens: 4,
      noEmbedClass: true,
      initValues: 1e-5,
    },
  ];
  for (const config of configs) {
    assert.deepEqual(applyModelArgs(defaultVitConfig, modelArgsOf(config)), config);
  }
});
